#pragma once
#include <stddef.h>
#include <stdint.h>

/// What the pipeline's speed is compared with: the least that libmongoc can do with the same documents. Inserts BSON
/// documents that lie one behind the other, in unordered bulks, w: majority, j: true, on one client, one bulk at a
/// time. Blocks until the last is acknowledged.
///
/// Returns 0 and fills inserted, or -1 and fills reason (of reason_size bytes) with what failed.
int cmongobenchpeer_insert(const char *uri, const char *database, const char *collection, const uint8_t *documents,
                           size_t length, uint32_t per_bulk, int64_t *inserted, char *reason, size_t reason_size);
