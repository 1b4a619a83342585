// Publishes records as fast as a minimal C loop over librdkafka can; the peer of `replay --speed max`.
//
//   ProduceLoop RECORDS TOPIC [KEY VALUE]...
//
// RECORDS is a file: for each record u32 key size, u32 value size, u32 header size (native order) and those bytes; each
// gets the one header `tape`. KEY VALUE are librdkafka's settings. Prints the number of records acknowledged, the seconds
// from the first record to the last acknowledgement, and the processor time of the whole in seconds.

#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void count_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk;
    if (!message->err) ++*(uint64_t *)opaque;
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "ProduceLoop: %s: %s\n", what, why);
    exit(1);
}

static uint8_t *read_all(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) fail(path, "cannot be read");
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size) fail(path, "cannot be read");
    fclose(file);
    return bytes;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc % 2 == 0) fail("arguments", "RECORDS TOPIC [KEY VALUE]...");
    size_t size;
    uint8_t *records = read_all(argv[1], &size);
    double begun = now(CLOCK_PROCESS_CPUTIME_ID);
    char reason[512];
    uint64_t acknowledged = 0;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 3; i < argc; i += 2) {
        if (rd_kafka_conf_set(conf, argv[i], argv[i + 1], reason, sizeof reason) != RD_KAFKA_CONF_OK)
            fail(argv[i], reason);
    }
    rd_kafka_conf_set_opaque(conf, &acknowledged);
    rd_kafka_conf_set_dr_msg_cb(conf, count_report);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!rk) fail("producer", reason);
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, argv[2], NULL);
    double start = now(CLOCK_MONOTONIC);
    unsigned since_poll = 0;
    for (size_t at = 0; at < size;) {
        uint32_t sizes[3];
        memcpy(sizes, records + at, sizeof sizes);
        uint8_t *key = records + at + sizeof sizes, *value = key + sizes[0], *header = value + sizes[1];
        rd_kafka_resp_err_t error;
        while ((error = rd_kafka_producev(rk, RD_KAFKA_V_RKT(rkt), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                          RD_KAFKA_V_KEY(key, sizes[0]), RD_KAFKA_V_VALUE(value, sizes[1]),
                                          RD_KAFKA_V_HEADER("tape", header, (ssize_t)sizes[2]), RD_KAFKA_V_END)) ==
               RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(rk, 20);
        if (error) fail("record not taken", rd_kafka_err2str(error));
        if (++since_poll == 1024) {
            since_poll = 0;
            rd_kafka_poll(rk, 0);
        }
        at += sizeof sizes + sizes[0] + sizes[1] + sizes[2];
    }
    rd_kafka_flush(rk, 120000);
    double seconds = now(CLOCK_MONOTONIC) - start;
    rd_kafka_topic_destroy(rkt);
    rd_kafka_destroy(rk);
    printf("%llu %.9f %.9f\n", (unsigned long long)acknowledged, seconds, now(CLOCK_PROCESS_CPUTIME_ID) - begun);
    return 0;
}
