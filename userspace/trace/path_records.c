// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_records.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    const struct record *a = left, *b = right;

    if (a->probe_ttl != b->probe_ttl)
        return a->probe_ttl < b->probe_ttl ? -1 : 1;
    return (a->time_us > b->time_us) - (a->time_us < b->time_us);
}

struct record *path_records(const struct path *path, size_t *count)
{
    const struct path_config *config = path_config(path);
    size_t room = (size_t)(config->max_ttl - config->first_ttl + 1) * config->queries;
    struct record *records = calloc(room, sizeof(*records));

    *count = 0;
    for (unsigned ttl = config->first_ttl; records && ttl <= path_length(path); ttl++)
        for (unsigned i = 0; i < config->queries; i++) {
            const struct path_query *query = path_query(path, ttl, i);

            if (query->state == QUERY_ANSWERED)
                records[(*count)++] = query->record;
        }
    if (records)
        qsort(records, *count, sizeof(*records), compare);
    return records;
}
