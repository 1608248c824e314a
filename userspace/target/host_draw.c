// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/host_draw.h"

#include "target/flow_hosts.h"

/* Returns the first address from `address` on that is not in `set`, or 2^32 where there is none. */
static uint64_t next_outside(const struct address_set *set, uint32_t address)
{
    struct address given = address_of_ipv4(address);

    return address_set_contains(set, given) ? 1ULL + address_ipv4(address_set_alike_to(set, given)) : address;
}

bool host_draw_is_possible(const struct host_draw *draw, struct ipv4_block block)
{
    return next_outside(draw->withheld, host_first(block)) <= host_last(block);
}

uint32_t host_draw_allowed(const struct host_draw *draw, struct ipv4_block block)
{
    uint32_t host = 0;
    uint64_t next;

    for (unsigned attempt = 0; attempt < HOST_DRAWS; attempt++) {
        host = host_draw_at(draw->key, block, attempt);
        if (!address_set_contains(draw->withheld, address_of_ipv4(host)) &&
            !address_set_contains(draw->avoided, address_of_ipv4(host)))
            return host;
    }
    next = next_outside(draw->withheld, host);
    if (next > host_last(block))
        next = next_outside(draw->withheld, host_first(block));
    return (uint32_t)next;
}

uint32_t host_draw_flow(const struct host_draw *draw, struct ipv4_block block, bool mixed, uint32_t host,
                        unsigned flow)
{
    const struct flow_hosts hosts = {
        .target_address = address_of_ipv4(host),
        .first = address_of_ipv4(host_first(block)).low,
        .last = address_of_ipv4(host_last(block)).low,
        .key = keyed_mix(host, draw->key),
        .withheld = mixed ? draw->withheld : NULL,
        .avoided = mixed ? draw->avoided : NULL,
    };

    return address_ipv4(flow_hosts_at(&hosts, flow));
}
