// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mtu_search.h"

#include <stddef.h>

#include "reply_parse.h"

enum {
    SMALLEST_MTU = 68, /* every link takes as much (RFC 791) */
};

void mtu_search_start(struct mtu_search *search, uint16_t size)
{
    *search = (struct mtu_search){.next.size = size};
}

/* The next size worth trying where a router does not say which (RFC 1191, section 7). */
static unsigned plateau_below(unsigned size)
{
    static const unsigned plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, SMALLEST_MTU};

    for (size_t i = 0; i < sizeof(plateaus) / sizeof(plateaus[0]); i++)
        if (plateaus[i] < size)
            return plateaus[i];
    return 0;
}

bool mtu_search_learn(struct mtu_search *search, unsigned ttl, const struct record *record)
{
    bool too_large =
        record->icmp_type == ICMP_DESTINATION_UNREACHABLE && record->icmp_code == ICMP_FRAGMENTATION_NEEDED;
    unsigned told = record->next_hop_mtu;
    bool guessed = told < SMALLEST_MTU || told >= search->next.size;
    unsigned size = guessed ? plateau_below(search->next.size) : told;

    if (!too_large || !size)
        return false;
    search->next = search->before[ttl] = (struct mtu){(uint16_t)size, guessed};
    return true;
}
