#include "CBenchPeers.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void count_report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk;
    if (!message->err) ++*(uint64_t *)opaque;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int cbench_produce(const char *const *settings, size_t count, const char *topic, const uint8_t *records, size_t size,
                   double *seconds, uint64_t *acknowledged, char *reason, size_t reason_size) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < count; i++) {
        if (rd_kafka_conf_set(conf, settings[2 * i], settings[2 * i + 1], reason, reason_size) != RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(conf);
            return -1;
        }
    }
    *acknowledged = 0;
    rd_kafka_conf_set_opaque(conf, acknowledged);
    rd_kafka_conf_set_dr_msg_cb(conf, count_report);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, reason_size);
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
    int outcome = 0;
    double start = now();
    unsigned since_poll = 0;
    for (size_t at = 0; at < size && outcome == 0;) {
        uint32_t sizes[3];
        memcpy(sizes, records + at, sizeof sizes);
        const uint8_t *key = records + at + sizeof sizes;
        rd_kafka_resp_err_t err;
        while ((err = rd_kafka_producev(rk, RD_KAFKA_V_RKT(rkt), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                        RD_KAFKA_V_KEY(key, sizes[0]),
                                        RD_KAFKA_V_VALUE((void *)(key + sizes[0]), sizes[1]),
                                        RD_KAFKA_V_HEADER("tape", key + sizes[0] + sizes[1], (ssize_t)sizes[2]),
                                        RD_KAFKA_V_END)) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(rk, 20);
        if (err) {
            snprintf(reason, reason_size, "%s", rd_kafka_err2str(err));
            outcome = -1;
        }
        if (++since_poll == 1024) {
            since_poll = 0;
            rd_kafka_poll(rk, 0);
        }
        at += sizeof sizes + sizes[0] + sizes[1] + sizes[2];
    }
    rd_kafka_flush(rk, 120000);
    *seconds = now() - start;
    rd_kafka_topic_destroy(rkt);
    rd_kafka_destroy(rk);
    return outcome;
}
