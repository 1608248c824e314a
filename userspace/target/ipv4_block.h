// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An IPv4 prefix in the form of the block table (run_table.h, host_draw.h, address_set.h). These tables are
 * read once per probe, or hold millions, so their addresses have 32 bits, in host order. targets.h and the
 * callers of address_set.h convert addresses.
 */
#pragma once

#include <stdint.h>

#include "target/prefix_list.h"

struct ipv4_block {
    uint32_t base; /* bits beyond `length` zero */
    uint8_t length;
};

/* ipv4_block_of() converts a prefix that is known to be one of IPv4. */
static inline struct ipv4_block ipv4_block_of(struct prefix prefix)
{
    return (struct ipv4_block){address_ipv4(prefix.base), prefix.length};
}

/* ipv4_block_last() returns the last address of the block. */
static inline uint32_t ipv4_block_last(struct ipv4_block block)
{
    return block.base | (uint32_t)(UINT64_C(0xffffffff) >> block.length);
}
