#include "cfuzzer.h"

// In libFuzzer's archive, which -sanitize=fuzzer links; SwiftPM renames the main that libFuzzer would bring its own to.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*check)(const uint8_t *data, size_t size));

int cfuzzer_run(int argc, char **argv, int (*check)(const uint8_t *data, size_t size)) {
    return LLVMFuzzerRunDriver(&argc, &argv, check);
}
