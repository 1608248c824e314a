// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/targets_cut.h"

#include <stdlib.h>

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Returns the number of blocks from `block` on, up to `end`, for which each set holds either all of every
 * block or nothing; 0 where a set holds a part of the first block. */
static uint64_t count_alike(const struct host_draw *draw, struct ipv4_block block, uint64_t end)
{
    struct address base = address_of_ipv4(block.base);
    uint64_t last = smaller(address_ipv4(address_set_alike_to(draw->withheld, base)),
                            address_ipv4(address_set_alike_to(draw->avoided, base)));

    return (smaller(last + 1, end) - block.base) >> (32 - block.length);
}

static int cut_prefix(struct targets *targets, struct prefix prefix)
{
    struct ipv4_block whole = ipv4_block_of(prefix);
    unsigned length = whole.length > targets->granularity ? whole.length : targets->granularity;
    uint64_t end = (uint64_t)ipv4_block_last(whole) + 1;
    uint64_t blocks;
    int code = 0;

    for (uint64_t base = whole.base; base < end && code == 0; base += blocks << (32 - length)) {
        struct ipv4_block block = {(uint32_t)base, (uint8_t)length};
        uint64_t alike = count_alike(&targets->draw, block, end);

        blocks = alike ? alike : 1;
        if (host_draw_is_possible(&targets->draw, block))
            code = run_table_add(&targets->table, block, blocks, alike == 0);
        else
            targets->withheld_count += blocks;
    }
    return code;
}

static int cut_entry(struct targets *targets, size_t entry)
{
    struct prefix prefix = targets->list.prefixes[entry];

    if (prefix.length < 32)
        return cut_prefix(targets, prefix);
    if (!address_set_contains(targets->draw.withheld, prefix.base))
        return run_table_add_listed(&targets->table, address_ipv4(prefix.base), (uint32_t)entry);
    targets->withheld_count++;
    return 0;
}

/* Counts the hosts that the runs list, and adds them to the index unless `count_only`. */
static size_t index_listed(struct targets *targets, bool count_only)
{
    size_t hosts = 0;

    for (const struct run *run = targets->table.runs; run < targets->table.runs + targets->table.count; run++)
        if (run->listed) {
            hosts += run_count(&targets->table, run);
            if (!count_only)
                host_index_add(&targets->hosts, run->entry, run_count(&targets->table, run));
        }
    for (const struct share_run *run = targets->shares.runs;
         run < targets->shares.runs + targets->shares.count; run++)
        if (run->kind == SHARES_LISTED) {
            hosts += share_run_count(&targets->shares, run);
            if (!count_only)
                host_index_add(&targets->hosts, run->entry, share_run_count(&targets->shares, run));
        }
    return hosts;
}

static int index_all(struct targets *targets)
{
    int error = run_table_index(&targets->table);

    if (!error)
        error = share_table_finish(&targets->shares);
    if (!error)
        error = host_index_init(&targets->hosts, targets->list.prefixes, targets->list.count,
                                index_listed(targets, true), targets->draw.key);
    if (!error)
        index_listed(targets, false);
    return error;
}

int targets_cut(struct targets *targets)
{
    size_t i = 0;
    int error = 0;

    for (; !error && i < targets->list.count && address_is_ipv4(targets->list.prefixes[i].base); i++)
        error = cut_entry(targets, i);
    if (!error)
        error = targets_cut6(targets, i);
    return error ? error : index_all(targets);
}
