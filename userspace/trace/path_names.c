// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_names.h"

#include "base/clock.h"

enum {
    /* Used after a resolver was too slow once. */
    SHORT_PATIENCE_NS = 20000000,
};

bool name_patience_waits(struct name_patience *patience, bool open, uint64_t now_ns)
{
    if (open && !patience->until_ns)
        patience->until_ns = now_ns + (patience->missed ? SHORT_PATIENCE_NS : NAMES_PATIENCE_NS);
    if (open && now_ns < patience->until_ns)
        return true;
    patience->missed |= open;
    patience->until_ns = 0;
    return false;
}

uint64_t name_patience_due(const struct name_patience *patience)
{
    return patience->until_ns ? patience->until_ns : UINT64_MAX;
}

bool path_hop_names_open(const struct path *path, unsigned ttl, struct names *names)
{
    bool open = false;

    for (unsigned i = 0; names && i < path_config(path)->queries; i++) {
        const struct path_query *query = path_query(path, ttl, i);
        const char *name;

        if (query->state == QUERY_ANSWERED)
            open |= names_get(names, query->record.responder, &name) == NAME_PENDING;
    }
    return open;
}

bool path_names_open(const struct path *path, struct names *names)
{
    bool open = false;

    for (unsigned ttl = path_config(path)->first_ttl; ttl <= path_length(path); ttl++)
        open |= path_hop_names_open(path, ttl, names);
    return open;
}
