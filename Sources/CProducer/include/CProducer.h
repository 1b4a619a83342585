#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// librdkafka's types, not its header: in two modules, its names would be ambiguous to Swift.
struct rd_kafka_s;
struct rd_kafka_topic_s;
struct rd_kafka_conf_s;

/// A record as stretches of texts that several records share.
struct cproducer_record {
    uint32_t key_start, key_size;
    uint32_t value_start, value_size;
    uint32_t header_start, header_size;
    /// Milliseconds since the epoch; 0 is now.
    int64_t timestamp;
};

/// The texts, and what the records have in common. A null text: the records have none.
struct cproducer_texts {
    const uint8_t *keys, *values, *headers;
    const char *header_name;
    ssize_t header_name_size;
    int32_t partition;
};

/// Prepares a producer's configuration for `cproducer_produce`.
void cproducer_configure(struct rd_kafka_conf_s *conf);

/// Hands records over one behind the other, until one is not taken. Copies; never blocks; any thread.
///
/// The records' tokens count up from the first. Returns how many were taken; if not all, `error` is the code of why the
/// next was not.
size_t cproducer_produce(struct rd_kafka_s *rk, struct rd_kafka_topic_s *rkt, const struct cproducer_texts *texts,
                         const struct cproducer_record *records, size_t count, uintptr_t token, int32_t *error);
