// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mtu_search.h"

#include <stddef.h>

#include "icmp_kind.h"

/* Returns the MTU that every link has at least (RFC 791; RFC 8200, section 5). */
static unsigned smallest_mtu(enum address_family family)
{
    return family == FAMILY_IPV4 ? 68 : IPV6_MIN_MTU;
}

void mtu_search_start(struct mtu_search *search, uint16_t size)
{
    *search = (struct mtu_search){.next.size = size};
}

/* Returns the next size worth trying where a router does not state its MTU (RFC 1191, section 7). */
static unsigned plateau_below(unsigned size, unsigned smallest)
{
    static const unsigned plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296};

    for (size_t i = 0; i < sizeof(plateaus) / sizeof(plateaus[0]); i++)
        if (plateaus[i] < size && plateaus[i] > smallest)
            return plateaus[i];
    return smallest < size ? smallest : 0;
}

bool mtu_search_learn(struct mtu_search *search, unsigned ttl, const struct record *record)
{
    enum address_family family = address_family(record->responder);
    bool too_large = icmp_kind(family, record->icmp_type, record->icmp_code) == ICMP_KIND_TOO_BIG;
    unsigned told = record->next_hop_mtu, smallest = smallest_mtu(family);
    bool guessed = told < smallest || told >= search->next.size;
    unsigned size = guessed ? plateau_below(search->next.size, smallest) : told;

    if (!too_large || !size)
        return false;
    search->next = search->before[ttl] = (struct mtu){(uint16_t)size, guessed};
    return true;
}
