// SPDX-License-Identifier: GPL-2.0-or-later
/* The IPv6 part of targets_cut.h. */
#include "base/address_order.h"
#include "target/targets_cut.h"
#include "target/uint128.h"

/* Adjacent blocks, and the number of shares into which they are parted. */
struct piece {
    struct address base;
    uint128 blocks;
    uint64_t shares;
    uint8_t block_length;
};

static uint8_t block_length(const struct targets *targets, struct prefix prefix)
{
    return prefix.length > targets->granularity6 ? prefix.length : (uint8_t)targets->granularity6;
}

static uint128 smaller(uint128 a, uint128 b)
{
    return a < b ? a : b;
}

/* Returns the number of shares from the first of `run` on, up to `shares`, for which each set holds either
 * all of every share or nothing; 0 where a set holds a part of the first share. */
static uint64_t count_alike(const struct share_draw *draw, const struct share_run *run, uint64_t shares)
{
    uint128 last = smaller(uint128_of(address_set_alike_to(draw->withheld, run->base)),
                           uint128_of(address_set_alike_to(draw->avoided, run->base)));
    uint64_t whole;

    if (last == ~(uint128)0)
        return shares;
    whole = share_offset(run, uint128_address(last + 1));
    return whole < shares ? whole : shares;
}

/* Adds shares of one size as runs, by what the sets hold of them. */
static int add_shares(struct targets *targets, struct share_run run, uint64_t shares)
{
    int error = 0;

    while (!error && shares > 0) {
        uint64_t alike = count_alike(&targets->draw6, &run, shares);
        uint64_t taken = alike ? alike : 1;

        run.kind = alike ? SHARES_EVEN : SHARES_MIXED;
        if (share_draw_is_possible(&targets->draw6, run.base, share_last(&run, run.base)))
            error = share_table_add(&targets->shares, run, taken);
        else
            targets->withheld_count += taken;
        run.base = share_base(&run, taken);
        shares -= taken;
    }
    return error;
}

/* Where the blocks cannot be divided evenly, the first shares of a piece have one block more. */
static int add_piece(struct targets *targets, const struct piece *piece)
{
    uint128 size = piece->blocks / piece->shares;
    uint64_t larger = (uint64_t)(piece->blocks % piece->shares);
    struct share_run run = {.base = piece->base, .block_length = piece->block_length};
    int error = 0;

    if (larger) {
        run.more = uint128_address(size);
        error = add_shares(targets, run, larger);
        run.base = share_base(&run, larger);
    }
    run.more = uint128_address(size - 1);
    return error ? error : add_shares(targets, run, piece->shares - larger);
}

static int add_listed(struct targets *targets, size_t entry)
{
    struct address host = targets->list.prefixes[entry].base;

    if (!address_set_contains(targets->draw6.withheld, host))
        return share_table_add_listed(&targets->shares, host, (uint32_t)entry);
    targets->withheld_count++;
    return 0;
}

/* The blocks of a prefix that no longer prefix touches, gap by gap. */
struct gaps {
    struct prefix prefix;
    unsigned shift;     /* from addresses to blocks */
    uint128 next, last; /* the blocks that are left */
    bool over;
};

static struct gaps gaps_of(const struct targets *targets, struct prefix prefix)
{
    unsigned shift = 128U - block_length(targets, prefix);

    return (struct gaps){
        .prefix = prefix,
        .shift = shift,
        .last = (uint128_of(prefix_last(prefix)) - uint128_of(prefix.base)) >> shift,
    };
}

/* Returns how many blocks there are before `inner`, from `gaps->next` on. Afterwards the blocks behind
 * `inner` are left. */
static uint128 gap_before(struct gaps *gaps, struct prefix inner)
{
    uint128 first = (uint128_of(inner.base) - uint128_of(gaps->prefix.base)) >> gaps->shift;
    uint128 last = (uint128_of(prefix_last(inner)) - uint128_of(gaps->prefix.base)) >> gaps->shift;
    uint128 blocks = !gaps->over && first > gaps->next ? first - gaps->next : 0;

    gaps->over = last == gaps->last;
    gaps->next = last + 1;
    return blocks;
}

/* The blocks of ::/0, when they are single addresses, are one too many to be counted in 128 bits. */
static uint128 gap_at_end(const struct gaps *gaps)
{
    uint128 blocks = gaps->last - gaps->next;

    return gaps->over ? 0 : blocks + 1 ? blocks + 1 : blocks;
}

/* Returns the entry behind those that `entry` holds. */
static size_t behind_inner(const struct prefix_list *list, size_t entry)
{
    size_t end = entry + 1;

    while (end < list->count && prefix_holds(list->prefixes[entry], list->prefixes[end].base))
        end++;
    return end;
}

/* Parts a whole in proportion to the sizes of its pieces. The parts add up exactly. */
struct parting {
    uint128 whole, so_far;
    uint64_t parts, given;
};

static uint64_t part(struct parting *parting, uint128 size)
{
    uint128 whole = parting->whole, so_far = parting->so_far += size;
    uint64_t upto, given = parting->given;

    while (whole > UINT64_MAX) {
        whole >>= 1;
        so_far >>= 1;
    }
    upto = whole ? (uint64_t)(so_far * parting->parts / whole) : 0;
    parting->given = upto;
    return upto - given;
}

static int add_gap(struct targets *targets, const struct gaps *gaps, uint128 first, uint128 blocks,
                   uint64_t shares)
{
    const struct piece piece = {
        .base = uint128_address(uint128_of(gaps->prefix.base) + (first << gaps->shift)),
        .blocks = blocks,
        .shares = shares,
        .block_length = (uint8_t)(128 - gaps->shift),
    };

    return shares ? add_piece(targets, &piece) : 0;
}

static uint128 count_gaps(const struct targets *targets, size_t entry, size_t end)
{
    struct gaps gaps = gaps_of(targets, targets->list.prefixes[entry]);
    uint128 blocks = 0;

    for (size_t i = entry + 1; i < end; i = behind_inner(&targets->list, i))
        blocks += gap_before(&gaps, targets->list.prefixes[i]);
    return blocks + gap_at_end(&gaps);
}

/* Returns how many targets a prefix's own blocks have. */
static uint64_t own_shares(const struct targets *targets, uint128 blocks)
{
    uint128 shares = targets->per_prefix ? smaller(targets->per_prefix, blocks) : blocks;

    return shares < UINT64_MAX ? (uint64_t)shares : UINT64_MAX;
}

/* Each recursion handles a prefix within another: at most 128 levels. */
// NOLINTNEXTLINE(misc-no-recursion)
static int cut_entry(struct targets *targets, size_t entry)
{
    const struct prefix *prefixes = targets->list.prefixes;
    size_t end = behind_inner(&targets->list, entry);
    int error = 0;

    if (prefixes[entry].length == 128)
        return add_listed(targets, entry);

    struct gaps gaps = gaps_of(targets, prefixes[entry]);
    struct parting parting = {.whole = count_gaps(targets, entry, end)};
    parting.parts = own_shares(targets, parting.whole);
    for (size_t i = entry + 1; !error && i < end; i = behind_inner(&targets->list, i)) {
        uint128 first = gaps.next, blocks = gap_before(&gaps, prefixes[i]);

        error = add_gap(targets, &gaps, first, blocks, part(&parting, blocks));
        if (!error)
            error = cut_entry(targets, i);
    }
    if (error)
        return error;
    return add_gap(targets, &gaps, gaps.next, gap_at_end(&gaps), part(&parting, gap_at_end(&gaps)));
}

int targets_cut6(struct targets *targets, size_t first)
{
    int error = 0;

    for (size_t i = first; !error && i < targets->list.count; i = behind_inner(&targets->list, i))
        error = cut_entry(targets, i);
    return error;
}
