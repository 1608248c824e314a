// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/targets.h"

#include <stdlib.h>

#include "base/lower_bound.h"
#include "target/targets_cut.h"

/* Names the purpose of the derived key, so that it has nothing in common with other keys of the same
 * survey. */
#define KEY_DOMAIN 0x686f737473000000ULL /* "hosts" */

static unsigned granularity6_of(const struct targets_config *config)
{
    return config->granularity6 ? config->granularity6 : TARGETS_GRANULARITY6;
}

void targets_normalize(struct prefix_list *list, const struct targets_config *config)
{
    prefix_list_normalize(list, (struct granularity){
                                    .ipv4 = config->granularity,
                                    .ipv6 = granularity6_of(config),
                                    .inner = config->per_prefix > 0,
                                });
}

/* Returns an upper bound for one entry: what longer entries take of it is not subtracted. */
static uint64_t wanted_of(struct prefix prefix, const struct targets_config *config)
{
    bool ipv4 = address_is_ipv4(prefix.base);
    unsigned granularity = ipv4 ? config->granularity : granularity6_of(config);
    unsigned bits = prefix.length < granularity ? granularity - prefix.length : 0;
    uint64_t blocks = bits < 64 ? 1ULL << bits : UINT64_MAX;

    return !ipv4 && config->per_prefix && config->per_prefix < blocks ? config->per_prefix : blocks;
}

uint64_t targets_wanted(const struct prefix_list *list, const struct targets_config *config)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < list->count; i++)
        if (__builtin_add_overflow(sum, wanted_of(list->prefixes[i], config), &sum))
            return UINT64_MAX;
    return sum;
}

struct targets *targets_create(struct prefix_list *list, const struct targets_config *config)
{
    struct targets *targets = calloc(1, sizeof(*targets));
    uint64_t key = siphash_u64(config->key, KEY_DOMAIN);

    if (!targets) {
        prefix_list_free(list);
        return NULL;
    }
    *targets = (struct targets){
        .draw = {.key = key, .withheld = config->withheld, .avoided = config->avoided},
        .draw6 = {.key = key,
                  .host = config->host6,
                  .withheld = config->withheld,
                  .avoided = config->avoided},
        .list = *list,
        .granularity = config->granularity,
        .granularity6 = granularity6_of(config),
        .per_prefix = config->per_prefix,
        .flows_by = config->flows_by,
        .shard = {config->shard.index, config->shard.of ? config->shard.of : 1},
    };
    *list = (struct prefix_list){0};
    if (targets_cut(targets)) {
        targets_destroy(targets);
        return NULL;
    }
    return targets;
}

void targets_destroy(struct targets *targets)
{
    if (!targets)
        return;
    run_table_free(&targets->table);
    share_table_free(&targets->shares);
    host_index_free(&targets->hosts);
    prefix_list_free(&targets->list);
    free(targets);
}

const struct prefix_list *targets_list(const struct targets *targets)
{
    return &targets->list;
}

uint64_t targets_whole_count(const struct targets *targets)
{
    return targets->table.blocks + targets->shares.shares;
}

uint64_t targets_count(const struct targets *targets)
{
    return shard_count(&targets->shard, targets_whole_count(targets));
}

uint64_t targets_ipv4_count(const struct targets *targets)
{
    return shard_count(&targets->shard, targets->table.blocks);
}

uint64_t targets_withheld_count(const struct targets *targets)
{
    return targets->withheld_count;
}

void targets_prefetch(const struct targets *targets, uint64_t index)
{
    uint64_t whole = shard_whole(&targets->shard, index);

    if (whole < targets->table.blocks)
        run_table_prefetch(&targets->table, whole);
    else
        share_table_prefetch(&targets->shares, whole - targets->table.blocks);
}

static uint32_t draw_closely(const struct targets *targets, const struct run *run, uint32_t offset)
{
    if (run->listed)
        return address_ipv4(targets->list.prefixes[run->entry + offset].base);
    return host_draw_allowed(&targets->draw, run_block(run, offset));
}

static uint32_t draw_host(const struct targets *targets, const struct run *run, uint32_t offset)
{
    return run->mixed ? draw_closely(targets, run, offset)
                      : host_draw_at(targets->draw.key, run_block(run, offset), 0);
}

static bool is_first_host(const struct targets *targets, unsigned flow)
{
    return flow == 0 || targets->flows_by == FLOWS_BY_PORT;
}

/* Returns the host of a flow. */
static uint32_t flow_host(const struct targets *targets, const struct run *run, uint32_t offset,
                          unsigned flow)
{
    uint32_t host = draw_host(targets, run, offset);

    return is_first_host(targets, flow) || run->listed
               ? host
               : host_draw_flow(&targets->draw, run_block(run, offset), run->mixed, host, flow);
}

static uint32_t host_at(const struct targets *targets, uint64_t index, unsigned flow)
{
    const struct run *run = run_table_at(&targets->table, index);

    return flow_host(targets, run, (uint32_t)(index - run->first_index), flow);
}

static struct address draw_host6(const struct targets *targets, const struct share_run *run, uint64_t offset)
{
    if (run->kind == SHARES_LISTED)
        return targets->list.prefixes[run->entry + offset].base;

    struct address base = share_base(run, offset);
    return run->kind == SHARES_MIXED ? share_draw_allowed(&targets->draw6, run, base)
                                     : share_draw_at(&targets->draw6, run, base, 0);
}

static struct address flow_host6(const struct targets *targets, const struct share_run *run, uint64_t offset,
                                 unsigned flow)
{
    struct address host = draw_host6(targets, run, offset);

    return is_first_host(targets, flow) || run->kind == SHARES_LISTED
               ? host
               : share_draw_flow(&targets->draw6, run, host, flow);
}

static struct address host6_at(const struct targets *targets, uint64_t index, unsigned flow)
{
    const struct share_run *run = share_table_at(&targets->shares, index);

    return flow_host6(targets, run, index - run->first_index, flow);
}

struct address targets_flow_address(const struct targets *targets, uint64_t index, unsigned flow)
{
    uint64_t whole = shard_whole(&targets->shard, index);

    if (whole < targets->table.blocks)
        return address_of_ipv4(host_at(targets, whole, flow));
    return host6_at(targets, whole - targets->table.blocks, flow);
}

struct address targets_address(const struct targets *targets, uint64_t index)
{
    return targets_flow_address(targets, index, 0);
}

static bool find_ipv4(const struct targets *targets, uint32_t address, unsigned flow, uint64_t *index)
{
    const struct run *run = run_table_up_to(&targets->table, address);
    size_t entry;
    uint64_t offset;

    if (!run)
        return false;
    if (run->listed) {
        bool found = host_index_find(&targets->hosts, address_of_ipv4(address), &entry);

        *index = run->first_index + (found ? entry - run->entry : 0);
        return found;
    }
    offset = run_offset(run, address);
    *index = run->first_index + offset;
    return offset < run_count(&targets->table, run) &&
           flow_host(targets, run, (uint32_t)offset, flow) == address;
}

/* Not inlined, for the speed of IPv4: see holds_ipv6() in address_set.c. */
static __attribute__((noinline)) bool find_ipv6(const struct targets *targets, struct address address,
                                                unsigned flow, uint64_t *index)
{
    const struct share_run *run = share_table_up_to(&targets->shares, address);
    size_t entry;
    uint64_t offset;

    if (!run)
        return false;
    *index = targets->table.blocks + run->first_index;
    if (run->kind == SHARES_LISTED) {
        bool found = host_index_find(&targets->hosts, address, &entry);

        *index += found ? entry - run->entry : 0;
        return found;
    }
    offset = share_offset(run, address);
    *index += offset;
    return offset < share_run_count(&targets->shares, run) &&
           address_equal(flow_host6(targets, run, offset, flow), address);
}

bool targets_find_flow(const struct targets *targets, struct address address, unsigned flow, uint64_t *index)
{
    bool found = address_is_ipv4(address) ? find_ipv4(targets, address_ipv4(address), flow, index)
                                          : find_ipv6(targets, address, flow, index);

    return found && shard_own(&targets->shard, index);
}

bool targets_find(const struct targets *targets, struct address address, uint64_t *index)
{
    return targets_find_flow(targets, address, 0, index);
}

static bool reaches_ipv4(const struct targets *targets, uint32_t address, uint64_t *index)
{
    const struct run *run = run_table_up_to(&targets->table, address);

    if (!run || run->listed)
        return false;
    uint64_t offset = run_offset(run, address);
    *index = run->first_index + offset;
    return offset < run_count(&targets->table, run);
}

static bool reaches_ipv6(const struct targets *targets, struct address address, uint64_t *index)
{
    const struct share_run *run = share_table_up_to(&targets->shares, address);

    if (!run || run->kind == SHARES_LISTED)
        return false;
    uint64_t offset = share_offset(run, address);
    *index = targets->table.blocks + run->first_index + offset;
    return offset < share_run_count(&targets->shares, run) &&
           draw_host6(targets, run, offset).high == address.high;
}

bool targets_flows_reach(const struct targets *targets, struct address address)
{
    uint64_t index;

    if (targets->flows_by == FLOWS_BY_PORT)
        return false;
    return (address_is_ipv4(address) ? reaches_ipv4(targets, address_ipv4(address), &index)
                                     : reaches_ipv6(targets, address, &index)) &&
           shard_own(&targets->shard, &index);
}

static bool is_below(const void *prefix, const void *address)
{
    return address_compare(((const struct prefix *)prefix)->base, *(const struct address *)address) < 0;
}

/* Returns how many of `count` listed hosts from `entry` on are below `address`. */
static uint64_t listed_below(const struct targets *targets, size_t entry, uint64_t count,
                             struct address address)
{
    return lower_bound(&targets->list.prefixes[entry], count, sizeof(struct prefix), is_below, &address);
}

static uint64_t below_ipv4(const struct targets *targets, uint32_t address)
{
    const struct run *run = run_table_up_to(&targets->table, address);
    uint64_t count, offset;

    if (!run)
        return 0;
    count = run_count(&targets->table, run);
    if (run->listed)
        return run->first_index + listed_below(targets, run->entry, count, address_of_ipv4(address));
    offset = run_offset(run, address);
    if (offset >= count)
        return run->first_index + count;
    return run->first_index + offset + (draw_host(targets, run, (uint32_t)offset) < address);
}

static uint64_t below_ipv6(const struct targets *targets, struct address address)
{
    const struct share_run *run = share_table_up_to(&targets->shares, address);
    uint64_t count, offset;

    if (!run)
        return 0;
    count = share_run_count(&targets->shares, run);
    if (run->kind == SHARES_LISTED)
        return run->first_index + listed_below(targets, run->entry, count, address);
    offset = share_offset(run, address);
    if (offset >= count)
        return run->first_index + count;
    return run->first_index + offset + (address_compare(draw_host6(targets, run, offset), address) < 0);
}

uint64_t targets_below(const struct targets *targets, struct address address)
{
    uint64_t below = address_is_ipv4(address) ? below_ipv4(targets, address_ipv4(address))
                                              : targets->table.blocks + below_ipv6(targets, address);

    return shard_count(&targets->shard, below);
}
