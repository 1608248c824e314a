// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Worlds that consist of data, not of arithmetic: one array of cells of eight bytes. The responder reads it
 * from a BPF map and userspace from memory, with the same code.
 *
 *   cell 0        nothing: index 0 means "none" wherever an index is stored
 *   1 … slots-1   what the kind of topology makes of it
 *   names …       addresses that have another number than their own, by number, two cells each
 *   name_slots …  a hash table: such an address -> its number
 *   slots …       a hash table: target -> its entry among the cells before
 */
#pragma once

#include <stddef.h>

#include "sim_address.h"

/* The longest distance of a target from its first slot in the table. It bounds the loop. The builder doubles
 * the table until all targets fit, so none is refused; at most half of the slots are used. */
#define SIM_SLOT_REACH 16

union sim_cell {
    struct {
        uint32_t target; /* for a name its hash */
        uint32_t entry;  /* 0: the slot is free */
    } slot;
    uint64_t half;             /* of an address */
    struct {                   /* routes: one measured route */
        uint32_t hops;         /* its first hop */
        uint16_t alternatives; /* routes of this target from here on, including this one */
        uint8_t length;        /* routers on it */
        uint8_t reaches;       /* not 0: the target follows these hops */
    } route;
    struct {
        uint32_t address; /* 0: silent */
        uint32_t delay_us;
    } hop;
    struct { /* edges: a node */
        uint32_t edges;
        uint32_t edge_count;
    } node;
    struct {
        uint32_t address; /* of the node that it leads to */
        uint32_t node;    /* 0: that is the target */
    } edge;
};

struct sim_cells {
    const union sim_cell *cells; /* NULL in BPF, which has them in a map */
    uint32_t count;
    uint32_t slots, slot_mask;
    uint32_t names, name_slots, name_mask; /* names: 0 if there are none */
};

#ifdef __bpf__
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1); /* raised by userspace before it loads */
    __type(key, __u32);
    __type(value, union sim_cell);
} sim_cell_map SEC(".maps");

static inline const union sim_cell *sim_cell(const struct sim_cells *cells, uint32_t index)
{
    (void)cells;
    return bpf_map_lookup_elem(&sim_cell_map, &index);
}
#else
/* sim_cell() returns NULL after the last cell. */
static inline const union sim_cell *sim_cell(const struct sim_cells *cells, uint32_t index)
{
    return index < cells->count ? &cells->cells[index] : NULL;
}
#endif

static inline uint32_t sim_slot_home(uint32_t target)
{
    return (uint32_t)mix64(target);
}

/* sim_entry() returns the entry of a target, or 0 if it has none. */
static inline uint32_t sim_entry(const struct sim_cells *cells, uint32_t target)
{
    uint32_t home = sim_slot_home(target);

    for (uint32_t i = 0; i < SIM_SLOT_REACH; i++) {
        const union sim_cell *cell = sim_cell(cells, cells->slots + ((home + i) & cells->slot_mask));

        if (!cell || cell->slot.entry == 0)
            return 0;
        if (cell->slot.target == target)
            return cell->slot.entry;
    }
    return 0;
}

/* In files, IPv4 addresses are their own numbers, except groups, which are never the address of a node. All
 * other addresses get numbers from here on, in the order in which they are read. */
#define SIM_NAMED 0xe0000000U

static inline bool sim_is_named(uint32_t number)
{
    return number >> 28 == SIM_NAMED >> 28;
}

/* Always inlined, because BPF functions cannot return structures. */
__attribute__((always_inline)) static inline struct address sim_named_address(const struct sim_cells *cells,
                                                                              uint32_t number)
{
    uint32_t first = cells->names + 2 * (number - SIM_NAMED);
    const union sim_cell *high = sim_cell(cells, first), *low = sim_cell(cells, first + 1);

    return high && low ? (struct address){high->half, low->half} : ADDRESS_NONE;
}

static inline uint32_t sim_name_home(struct address address)
{
    return (uint32_t)address_hash(address, 0);
}

/* sim_named_number() returns the number of an address, or SIM_NOWHERE if it has none. */
__attribute__((always_inline)) static inline uint32_t sim_named_number(const struct sim_cells *cells,
                                                                       struct address address)
{
    uint32_t home = sim_name_home(address);

    for (uint32_t i = 0; cells->names && i < SIM_SLOT_REACH; i++) {
        const union sim_cell *cell = sim_cell(cells, cells->name_slots + ((home + i) & cells->name_mask));

        if (!cell || cell->slot.entry == 0)
            return SIM_NOWHERE;
        if (cell->slot.target == home && address_equal(sim_named_address(cells, cell->slot.entry), address))
            return cell->slot.entry;
    }
    return SIM_NOWHERE;
}

/* sim_choose() returns which of `count` ways the load balancer `key` chooses for a flow: evenly, and
 * independently of other keys. */
static inline uint32_t sim_choose(uint64_t flow, uint64_t key, uint32_t count)
{
    return (uint32_t)((mix64(flow + key * MIX_GOLDEN) >> 32) * count >> 32);
}
