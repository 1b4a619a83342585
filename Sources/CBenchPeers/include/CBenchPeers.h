#pragma once
#include <stddef.h>
#include <stdint.h>

/// Publishes pre-rendered records as fast as a minimal C loop over librdkafka can; the peer of `replay --speed max`.
///
/// `settings` are `count` pairs of key and value. `records` is a sequence of u32 key size, u32 value size, u32 header
/// size (native order) and those bytes; each record gets the one header `tape`. Fills in the seconds from the first
/// record to the last acknowledgement and the number of acknowledgements. Returns 0, or -1 with a reason.
int cbench_produce(const char *const *settings, size_t count, const char *topic, const uint8_t *records, size_t size,
                   double *seconds, uint64_t *acknowledged, char *reason, size_t reason_size);
