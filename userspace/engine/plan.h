// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey probes: targets × TTLs × flows, from options or from the metadata of an earlier run. A
 * survey, the truth about it and the decoding of its captures make the same plan from the same inputs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/metadata.h"
#include "packet/layout.h"
#include "siphash.h"
#include "target/address_set.h"
#include "target/prefix_list.h"
#include "target/targets.h"

struct plan_config {
    uint64_t seed;               /* of order and hosts */
    struct layout_choice layout; /* of either family; its key is that of the tags, no more follows from it */
    unsigned granularity, granularity6; /* targets.h has these and the next two */
    uint32_t per_prefix;
    struct host6 host6;
    struct shard shard;
    unsigned min_ttl, max_ttl, flows;
    enum flows_by flows_by;
    bool allow_special;
    bool simulated; /* the simulator's own addresses are not special */
};

struct plan {
    struct plan_config config;
    struct prefix_list blocked_listed; /* normalized */
    struct prefix_list listed;         /* until plan_complete(), which makes `targets` of it: normalized */
    struct address_set *special, *blocklist; /* NULL where there are none */
    struct targets *targets;
    struct layout_pair layouts; /* a family without targets has none */
    struct siphash_key order_key;
    uint64_t probes; /* targets × TTLs × flows, of this shard */
};

/*
 * plan_prepare() takes over both lists, also when it fails, and normalizes them: 0, -ENOMEM or -E2BIG as below.
 * plan_complete() makes the rest, which of a hundred million targets takes seconds. plan_make() does both.
 *
 * plan_make() takes over both lists, also when it fails, and normalizes them. 0; -ENOMEM; -E2BIG where they
 * are more than TARGETS_MAX; -ENOENT where no target is left (targets_withheld_count() says whether they were
 * special); -ENODATA where there are some, and none for this shard. plan_free() is right after every outcome.
 */
int plan_prepare(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
                 struct prefix_list *blocked);
int plan_complete(struct plan *plan);
int plan_make(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
              struct prefix_list *blocked);
void plan_free(struct plan *plan);

/* plan_is_blocked() says whether not a single target may be probed: the blocklist has them all. */
bool plan_is_blocked(const struct plan *plan);

/* plan_from_metadata() makes the plan of an earlier survey anew, with its key; it takes the lists out of
 * `metadata`. Returns as plan_make(), or -EINVAL for a strategy that is not known, with what is wrong in
 * `error`. */
int plan_from_metadata(struct plan *plan, struct survey_metadata *metadata, struct error_text *error);
