// SPDX-License-Identifier: GPL-2.0-or-later
/* A probe of any layout from a fuzzer's input, so that valid tags occur, which would not happen by chance. */
#pragma once

#include "fuzz.h"
#include "packet/layout.h"

struct fuzz_probe {
    uint8_t layout, ttl;
    uint8_t flow[2];
    uint8_t target[ADDRESS_BYTES], source[ADDRESS_BYTES]; /* for IPv4 the last four bytes */
    uint8_t now_us[4];
};

static inline struct layout_choice fuzz_choice(const struct fuzz_probe *input)
{
    const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};

    return layout_choose(&layouts[input->layout % LAYOUT_COUNT], key);
}

/* An IPv4-mapped address is one of IPv4. */
static inline struct address fuzz_address(enum address_family family, const uint8_t bytes[ADDRESS_BYTES])
{
    struct address address = address_load(bytes);

    if (family == FAMILY_IPV4 || address_is_ipv4(address))
        return family == FAMILY_IPV4 ? address_of_ipv4((uint32_t)address.low)
                                     : (struct address){1, address.low};
    return address;
}

static inline struct probe fuzz_probe_of(const struct fuzz_probe *input)
{
    const struct layout_choice choice = fuzz_choice(input);

    return (struct probe){
        .target_address = fuzz_address(choice.layout->family, input->target),
        .flow = (uint16_t)(load_be16(input->flow) % (choice.layout->max_flow(choice.port) + 1)),
        .ttl = (uint8_t)(1 + input->ttl % PROBE_MAX_TTL),
    };
}

/* fuzz_craft() writes the probe's packet; returns its length. */
static inline unsigned fuzz_craft(const struct fuzz_probe *input, uint8_t ip[LAYOUT_LONGEST])
{
    const struct layout_choice choice = fuzz_choice(input);
    const struct probe probe = fuzz_probe_of(input);

    return layout_craft_once(&choice, fuzz_address(choice.layout->family, input->source), &probe,
                             load_be32(input->now_us), ip);
}

/* The judgements that are possible for a probe of ours, whatever changed it. */
static inline void require_possible(const struct layout_choice *choice, const struct quoted_probe *quoted)
{
    require(quoted->probe.ttl >= 1 && quoted->probe.ttl <= PROBE_MAX_TTL);
    require(quoted->probe.flow <= choice->layout->max_flow(choice->port));
    require(choice->layout->family == FAMILY_IPV6 || quoted->sent_at <= PROBE_TIME_MASK);
}
