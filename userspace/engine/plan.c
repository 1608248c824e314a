// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/plan.h"

#include <errno.h>
#include <string.h>

#include "base/seed.h"
#include "base/version.h"
#include "strategy/strategy.h"
#include "target/special.h"

static int make_special(struct plan *plan)
{
    struct prefix_list list = {0};

    if (plan->config.allow_special)
        return 0;
    if (special_prefixes(&list, plan->config.simulated) == 0)
        plan->special = address_set_create(&list);
    prefix_list_free(&list);
    return plan->special ? 0 : -ENOMEM;
}

static int make_blocklist(struct plan *plan)
{
    if (plan->blocked_listed.count == 0)
        return 0;
    prefix_list_normalize(&plan->blocked_listed, GRANULARITY_NONE);
    plan->blocklist = address_set_create(&plan->blocked_listed);
    return plan->blocklist ? 0 : -ENOMEM;
}

static struct targets_config targets_config_of(const struct plan *plan)
{
    return (struct targets_config){
        .granularity = plan->config.granularity,
        .key = seed_key(plan->config.seed, SEED_HOSTS),
        .withheld = plan->special,
        .avoided = plan->blocklist,
        .granularity6 = plan->config.granularity6,
        .per_prefix = plan->config.per_prefix,
        .host6 = plan->config.host6,
        .shard = plan->config.shard,
        .flows_by = plan->config.flows_by,
    };
}

static int normalize(struct plan *plan)
{
    const struct targets_config config = targets_config_of(plan);

    targets_normalize(&plan->listed, &config);
    return targets_wanted(&plan->listed, &config) > TARGETS_MAX ? -E2BIG : 0;
}

static int make_targets(struct plan *plan)
{
    const struct targets_config config = targets_config_of(plan);

    plan->targets = targets_create(&plan->listed, &config);
    if (!plan->targets)
        return -ENOMEM;
    if (targets_count(plan->targets))
        return 0;
    return targets_whole_count(plan->targets) ? -ENODATA : -ENOENT;
}

/* Drops the layout of a family without targets: its replies cannot be ours. */
static void keep_probed_families(struct plan *plan)
{
    uint64_t ipv4 = targets_ipv4_count(plan->targets);

    if (ipv4 == 0)
        plan->layouts.ipv4.layout = NULL;
    if (ipv4 == targets_count(plan->targets))
        plan->layouts.ipv6.layout = NULL;
}

int plan_prepare(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
                 struct prefix_list *blocked)
{
    *plan = (struct plan){
        .config = *config,
        .blocked_listed = *blocked,
        .listed = *targets,
        .layouts = layout_pair_of(&config->layout),
        .order_key = seed_key(config->seed, SEED_ORDER),
    };
    *targets = *blocked = (struct prefix_list){0};

    int error = make_special(plan);
    if (!error)
        error = make_blocklist(plan);
    return error ? error : normalize(plan);
}

int plan_complete(struct plan *plan)
{
    const struct plan_config *config = &plan->config;
    int error = make_targets(plan);

    if (error)
        return error;
    keep_probed_families(plan);
    plan->probes = targets_count(plan->targets) * (config->max_ttl - config->min_ttl + 1) * config->flows;
    return 0;
}

int plan_make(struct plan *plan, const struct plan_config *config, struct prefix_list *targets,
              struct prefix_list *blocked)
{
    int error = plan_prepare(plan, config, targets, blocked);

    return error ? error : plan_complete(plan);
}

static int refuse_metadata(int code, struct error_text *error)
{
    return error_text_set(error, code,
                          code == -ENOENT    ? "it names no target that can be probed"
                          : code == -ENODATA ? "it names fewer targets than shards, and none for this one"
                          : code == -E2BIG   ? "it names more targets than a survey can have"
                                             : "out of memory for its targets");
}

int plan_from_metadata(struct plan *plan, struct survey_metadata *metadata, struct error_text *error)
{
    const char *strategy = metadata->strategy;
    const struct plan_config config = {
        .seed = metadata->seed,
        .layout = {metadata->layout, metadata->key, (uint16_t)metadata->port},
        .granularity = metadata->granularity,
        .granularity6 = metadata->granularity6,
        .per_prefix = metadata->per_prefix,
        .host6 = metadata->host6,
        .shard = metadata->shard,
        .min_ttl = metadata->min_ttl,
        .max_ttl = metadata->max_ttl,
        .flows = metadata->flows,
        .flows_by = metadata->flows_by,
        .allow_special = metadata->allow_special,
        .simulated = metadata->sim != NULL,
    };

    /* For an unknown strategy, nobody here knows what its probes and their order mean. */
    if (strategy && !strategy_find(strategy))
        return error_text_set(error, -EINVAL, "key 'strategy': there is no '%s' in hopwire %s", strategy,
                              hopwire_version());
    int code = plan_make(plan, &config, &metadata->targets.prefixes, &metadata->blocklist.prefixes);
    return code ? refuse_metadata(code, error) : 0;
}

/* If a second flow has a host of its own, that host must be blocked, too. */
static bool is_blocked(const struct plan *plan, uint64_t target)
{
    unsigned last = plan->config.flows > 1;

    return address_set_contains(plan->blocklist, targets_address(plan->targets, target)) &&
           address_set_contains(plan->blocklist, targets_flow_address(plan->targets, target, last));
}

bool plan_is_blocked(const struct plan *plan)
{
    uint64_t count = targets_count(plan->targets), i = 0;

    while (i < count && is_blocked(plan, i))
        i++;
    return i == count;
}

void plan_free(struct plan *plan)
{
    targets_destroy(plan->targets);
    address_set_destroy(plan->special);
    address_set_destroy(plan->blocklist);
    prefix_list_free(&plan->blocked_listed);
    prefix_list_free(&plan->listed);
    memset(plan, 0, sizeof(*plan));
}
