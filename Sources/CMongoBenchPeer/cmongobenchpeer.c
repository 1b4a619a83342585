#include "cmongobenchpeer.h"
#include <mongoc/mongoc.h>

int cmongobenchpeer_insert(const char *uri, const char *database, const char *collection, const uint8_t *documents,
                           size_t length, uint32_t per_bulk, int64_t *inserted, char *reason, size_t reason_size) {
    mongoc_init();
    *inserted = 0;
    mongoc_client_t *client = mongoc_client_new(uri);
    if (!client) {
        snprintf(reason, reason_size, "libmongoc does not take the URI");
        return -1;
    }
    mongoc_collection_t *target = mongoc_client_get_collection(client, database, collection);
    mongoc_write_concern_t *concern = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(concern, 20000);
    mongoc_write_concern_set_journal(concern, true);
    mongoc_collection_set_write_concern(target, concern);
    bson_t unordered = BSON_INITIALIZER;
    BSON_APPEND_BOOL(&unordered, "ordered", false);

    size_t offset = 0;
    int failed = 0;
    while (!failed && offset < length) {
        mongoc_bulk_operation_t *bulk = mongoc_collection_create_bulk_operation_with_opts(target, &unordered);
        bson_error_t error = {0};
        uint32_t count = 0;
        while (!failed && count < per_bulk && offset < length) {
            uint32_t size = 0;
            bson_t document;
            if (length - offset >= 5) memcpy(&size, documents + offset, sizeof size);
            size = BSON_UINT32_FROM_LE(size);
            if (size < 5 || size > length - offset || !bson_init_static(&document, documents + offset, size)) {
                snprintf(reason, reason_size, "no BSON document at byte %zu", offset);
                failed = 1;
            } else if (!mongoc_bulk_operation_insert_with_opts(bulk, &document, NULL, &error)) {
                snprintf(reason, reason_size, "%s", error.message);
                failed = 1;
            } else {
                offset += size;
                count++;
            }
        }
        if (!failed) {
            bson_t reply;
            failed = mongoc_bulk_operation_execute(bulk, &reply, &error) == 0;
            if (failed) snprintf(reason, reason_size, "%s", error.message);
            else *inserted += count;
            bson_destroy(&reply);
        }
        mongoc_bulk_operation_destroy(bulk);
    }
    bson_destroy(&unordered);
    mongoc_write_concern_destroy(concern);
    mongoc_collection_destroy(target);
    mongoc_client_destroy(client);
    return failed ? -1 : 0;
}
