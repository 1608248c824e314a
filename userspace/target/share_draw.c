// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/share_draw.h"

#include "base/address_order.h"
#include "target/flow_hosts.h"
#include "target/host_draw.h"

enum {
    SUBNET_BITS = 64, /* of an address behind the bits of its subnet (RFC 4291, section 2.5.1) */
    EUI_BITS = 24,    /* of an Ethernet address behind the bits of its vendor */
};

/* Returns a number from 0 to `most`, made from 128 random bits. */
static uint128 draw_up_to(uint128 most, uint64_t high, uint64_t low)
{
    if (most < UINT64_MAX)
        return (uint128)high * (most + 1) >> 64;

    uint128 random = (uint128)high << 64 | low;
    return most + 1 ? random % (most + 1) : random;
}

/* The identifier of an Ethernet address that is unicast and universally administered: ff:fe in the middle,
 * and the universal bit inverted. */
static uint64_t eui64(uint64_t random)
{
    uint64_t vendor = (random >> 40 & 0xfcffff) | 0x020000;

    return vendor << 40 | 0xfffeULL << 24 | (random & 0xffffff);
}

/* Draws the bits behind the prefix of a block. */
static uint128 draw_identifier(struct host6 host, uint64_t high, uint64_t low)
{
    switch (host.kind) {
    case HOST6_LOW:
        return 1;
    case HOST6_EUI:
        return eui64(low);
    case HOST6_GIVEN:
        return host.identifier;
    default:
        return (uint128)high << 64 | low;
    }
}

struct address share_draw_at(const struct share_draw *draw, const struct share_run *run, struct address base,
                             unsigned attempt)
{
    unsigned rest = 128U - run->block_length;
    uint64_t low = address_hash(base, draw->key ^ ((uint64_t)attempt << 8 | run->block_length));
    uint64_t high = mix64(low + MIX_GOLDEN);
    uint128 block = uint128_of(base), more = uint128_of(run->more);
    uint128 host = draw_identifier(draw->host, high, low) & (rest ? ~(uint128)0 >> (128 - rest) : 0);

    if (more)
        block += draw_up_to(more, mix64(high + MIX_GOLDEN), mix64(high - MIX_GOLDEN)) << rest;
    /* Where there are more than two addresses, the first is the anycast address of the subnet's routers. */
    if (host == 0 && rest > 1 && draw->host.kind == HOST6_RANDOM)
        host = 1;
    return uint128_address(block + host);
}

/* Finds the first address from `address` on that is not withheld. Returns false where it is above `last`. */
static bool find_outside(const struct share_draw *draw, struct address address, struct address last,
                         struct address *out)
{
    *out = address;
    if (!address_set_contains(draw->withheld, address))
        return true;
    address = address_set_alike_to(draw->withheld, address);
    *out = address_next(address);
    return address_compare(address, last) < 0;
}

bool share_draw_is_possible(const struct share_draw *draw, struct address first, struct address last)
{
    struct address found;

    return find_outside(draw, first, last, &found);
}

struct address share_draw_allowed(const struct share_draw *draw, const struct share_run *run,
                                  struct address base)
{
    struct address host = base, last = share_last(run, base), found;

    for (unsigned attempt = 0; attempt < HOST_DRAWS; attempt++) {
        host = share_draw_at(draw, run, base, attempt);
        if (!address_set_contains(draw->withheld, host) && !address_set_contains(draw->avoided, host))
            return host;
    }
    if (!find_outside(draw, host, last, &found))
        find_outside(draw, base, last, &found);
    return found;
}

/* Returns the number of bits at the end of an address that distinguish the hosts of its subnet. */
static unsigned host_bits(const struct share_draw *draw, const struct share_run *run)
{
    unsigned rest = 128U - run->block_length, most = SUBNET_BITS;

    if (draw->host.kind == HOST6_GIVEN)
        most = 0;
    if (draw->host.kind == HOST6_EUI)
        most = EUI_BITS;
    return rest < most ? rest : most;
}

struct address share_draw_flow(const struct share_draw *draw, const struct share_run *run,
                               struct address host, unsigned flow)
{
    unsigned bits = host_bits(draw, run);
    uint64_t mask = bits ? UINT64_MAX >> (64 - bits) : 0;
    bool anycast = bits > 1 && draw->host.kind != HOST6_EUI; /* as in share_draw_at() */
    bool mixed = run->kind == SHARES_MIXED;
    const struct flow_hosts hosts = {
        .target_address = host,
        .first = (host.low & ~mask) + anycast,
        .last = host.low | mask,
        .key = address_hash(host, draw->key),
        .ascending = draw->host.kind == HOST6_LOW,
        .withheld = mixed ? draw->withheld : NULL,
        .avoided = mixed ? draw->avoided : NULL,
    };

    return flow_hosts_at(&hosts, flow);
}
