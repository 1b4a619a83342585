#include "CProducer.h"

#include <librdkafka/rdkafka.h>

// rd_kafka_producev is variadic, which Swift cannot call; rd_kafka_produceva allocates an error object for each "queue
// full", which at top speed is no error. Both take locks and ask two clocks for each record: rd_kafka_produce_batch does
// that once for many, but has no parameter for headers. An interceptor adds them, as librdkafka means it to
// (rd_kafka_message_set_headers), to each message while the batch is under way.

enum {
    // Records handed over in one call: for all of them it is one moment.
    longest_batch = 64,
    // A batch goes on behind a record that is too large, and such a one must be the last: it goes alone.
    largest_in_batch = 16384,
};

// The batch that this thread is handing over: texts, first record, its token. Null texts: none.
static _Thread_local struct {
    const struct cproducer_texts *texts;
    const struct cproducer_record *records;
    uintptr_t token;
} under_way;

static rd_kafka_headers_t *make_headers(const struct cproducer_texts *texts, const struct cproducer_record *record) {
    // One list, of one: rd_kafka_producev would make room for eight.
    rd_kafka_headers_t *headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, texts->header_name, texts->header_name_size, texts->headers + record->header_start,
                        record->header_size);
    return headers;
}

static rd_kafka_resp_err_t on_send(rd_kafka_t *rk, rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (under_way.texts) {
        const struct cproducer_record *record = &under_way.records[(uintptr_t)message->_private - under_way.token];
        rd_kafka_message_set_headers(message, make_headers(under_way.texts, record));
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque, char *reason, size_t size) {
    (void)conf, (void)opaque, (void)reason, (void)size;
    return rd_kafka_interceptor_add_on_send(rk, "headers", on_send, NULL);
}

void cproducer_configure(rd_kafka_conf_t *conf) { rd_kafka_conf_interceptor_add_on_new(conf, "headers", on_new, NULL); }

// How many of the records can go in one batch: small ones with a header and the time of now.
static size_t batch_size(const struct cproducer_texts *texts, const struct cproducer_record *records, size_t count) {
    size_t size = 0;
    if (!texts->headers || !texts->values) return 0;
    while (size < count && size < longest_batch && !records[size].timestamp &&
           records[size].key_size + records[size].value_size <= largest_in_batch)
        size++;
    return size;
}

static size_t produce_batch(rd_kafka_topic_t *rkt, const struct cproducer_texts *texts,
                            const struct cproducer_record *records, size_t count, uintptr_t token,
                            int32_t *error) {
    rd_kafka_message_t messages[longest_batch];
    for (size_t i = 0; i < count; i++) {
        messages[i] = (rd_kafka_message_t){
            .key = texts->keys ? (void *)(texts->keys + records[i].key_start) : NULL,
            .key_len = records[i].key_size,
            .payload = (void *)(texts->values + records[i].value_start),
            .len = records[i].value_size,
            ._private = (void *)(token + i),
        };
    }
    under_way.texts = texts;
    under_way.records = records;
    under_way.token = token;
    int taken = rd_kafka_produce_batch(rkt, texts->partition, RD_KAFKA_MSG_F_COPY, messages, (int)count);
    under_way.texts = NULL;
    if ((size_t)taken == count) return count;
    // What stops one stops all behind it.
    size_t i = 0;
    while (!messages[i].err) i++;
    *error = messages[i].err;
    return i;
}

static rd_kafka_resp_err_t produce_one(rd_kafka_t *rk, rd_kafka_topic_t *rkt, const struct cproducer_texts *texts,
                                       const struct cproducer_record *record, uintptr_t token) {
    rd_kafka_headers_t *headers = texts->headers ? make_headers(texts, record) : NULL;
    rd_kafka_resp_err_t error = rd_kafka_producev(
        rk, RD_KAFKA_V_RKT(rkt), RD_KAFKA_V_PARTITION(texts->partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(texts->keys ? texts->keys + record->key_start : NULL, record->key_size),
        RD_KAFKA_V_VALUE(texts->values ? (void *)(texts->values + record->value_start) : NULL, record->value_size),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_TIMESTAMP(record->timestamp), RD_KAFKA_V_OPAQUE((void *)token),
        RD_KAFKA_V_END);
    if (error && headers) rd_kafka_headers_destroy(headers);
    return error;
}

size_t cproducer_produce(rd_kafka_t *rk, rd_kafka_topic_t *rkt, const struct cproducer_texts *texts,
                         const struct cproducer_record *records, size_t count, uintptr_t token, int32_t *error) {
    *error = RD_KAFKA_RESP_ERR_NO_ERROR;
    size_t taken = 0;
    while (taken < count && !*error) {
        size_t size = batch_size(texts, records + taken, count - taken);
        if (size > 1) {
            taken += produce_batch(rkt, texts, records + taken, size, token + taken, error);
        } else {
            *error = produce_one(rk, rkt, texts, records + taken, token + taken);
            if (!*error) taken++;
        }
    }
    return taken;
}
