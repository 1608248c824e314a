// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/targets.h"

#include <stdlib.h>

#include "target/host_draw.h"
#include "target/run_table.h"

/* Says what the derived key is for, so that it shares nothing with others of the same survey. */
#define KEY_DOMAIN 0x686f737473000000ULL /* "hosts" */

struct targets {
    struct host_draw draw;
    struct run_table table;
    uint64_t withheld_count;
    unsigned granularity;
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The number of blocks from `block` on, up to `end`, of which each set holds either all or nothing, the same
 * for each; 0 where a set holds a part of the first. */
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

static int cut_all(struct targets *targets, const struct prefix_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        int code = cut_prefix(targets, list->prefixes[i]);

        if (code)
            return code;
    }
    return run_table_index(&targets->table);
}

struct targets *targets_create(const struct prefix_list *list, const struct targets_config *config)
{
    struct targets *targets = calloc(1, sizeof(*targets));

    if (!targets)
        return NULL;
    targets->granularity = config->granularity;
    targets->draw = (struct host_draw){
        .key = siphash_u64(config->key, KEY_DOMAIN),
        .withheld = config->withheld,
        .avoided = config->avoided,
    };
    if (cut_all(targets, list)) {
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
    free(targets);
}

uint64_t targets_count(const struct targets *targets)
{
    return targets->table.blocks;
}

uint64_t targets_withheld_count(const struct targets *targets)
{
    return targets->withheld_count;
}

void targets_prefetch(const struct targets *targets, uint64_t index)
{
    run_table_prefetch(&targets->table, index);
}

static uint32_t draw_host(const struct targets *targets, const struct run *run, uint32_t offset)
{
    struct ipv4_block block = run_block(run, offset);

    return run->mixed ? host_draw_allowed(&targets->draw, block) : host_draw_at(targets->draw.key, block, 0);
}

static uint32_t host_at(const struct targets *targets, uint64_t index)
{
    const struct run *run = run_table_at(&targets->table, index);

    return draw_host(targets, run, (uint32_t)(index - run->first_index));
}

struct address targets_address(const struct targets *targets, uint64_t index)
{
    return address_of_ipv4(host_at(targets, index));
}

bool targets_find(const struct targets *targets, struct address address, uint64_t *index)
{
    uint32_t ipv4 = address_ipv4(address), offset;

    if (!address_is_ipv4(address))
        return false;

    const struct run *run = run_table_find(&targets->table, ipv4, &offset);
    if (!run || draw_host(targets, run, offset) != ipv4)
        return false;
    *index = (uint64_t)run->first_index + offset;
    return true;
}

uint64_t targets_below(const struct targets *targets, struct address address)
{
    uint32_t ipv4 = address_ipv4(address);
    uint64_t index;

    if (!address_is_ipv4(address))
        return address_compare(address, address_of_ipv4(0)) < 0 ? 0 : targets->table.blocks;
    index = run_table_below(&targets->table, ipv4);
    /* The block that holds the address has its host below it or not; one above it has not. */
    return index < targets->table.blocks && host_at(targets, index) < ipv4 ? index + 1 : index;
}
