#pragma once
#include <stddef.h>
#include <stdint.h>

// Runs libFuzzer with a program's arguments; check traps on a finding.
int cfuzzer_run(int argc, char **argv, int (*check)(const uint8_t *data, size_t size));
