// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey probes: targets × TTLs × flows, from options or from the metadata of an earlier run. A
 * survey, its ground truth and the decoding of its captures make the same plan from the same inputs.
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
    struct layout_choice layout; /* for both families; its key is the key of tags and is used for nothing
                                    else */
    unsigned granularity, granularity6; /* as in targets.h, like the next two */
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
    struct prefix_list blocked_listed;       /* normalized */
    struct prefix_list listed;               /* until plan_complete() makes `targets` from it; normalized */
    struct address_set *special, *blocklist; /* NULL if empty */
    struct targets *targets;
    struct layout_pair layouts; /* NULL for a family without targets */
    struct siphash_key order_key;
    uint64_t probes; /* targets × TTLs × flows, of this shard */
};

/*
 * plan_prepare() takes over both lists, even if it fails, and normalizes them. Returns 0, -ENOMEM, or -E2BIG
 * as below. plan_complete() does the rest, which takes seconds for a hundred million targets. plan_make()
 * does both.
 *
 * plan_make() takes over both lists, even if it fails, and normalizes them. Returns 0; -ENOMEM; -E2BIG if
 * there are more than TARGETS_MAX targets; -ENOENT if no target is left (targets_withheld_count() shows
 * whether they were special); -ENODATA if there are targets, but none for this shard. plan_free() may be
 * called after any outcome.
 */
int plan_prepare(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
                 struct prefix_list *blocked);
int plan_complete(struct plan *plan);
int plan_make(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
              struct prefix_list *blocked);
void plan_free(struct plan *plan);

/* plan_is_blocked() returns whether the blocklist contains every target. */
bool plan_is_blocked(const struct plan *plan);

/* plan_from_metadata() makes the plan of an earlier survey again, with its key. It moves the lists out of
 * `metadata`. Returns as plan_make(), or -EINVAL for an unknown strategy, with the reason in `error`. */
int plan_from_metadata(struct plan *plan, struct survey_metadata *metadata, struct error_text *error);
