// SPDX-License-Identifier: GPL-2.0-or-later
/* At most one address per family, such as the source addresses of probes. */
#pragma once

#include "address.h"

struct address_pair {
    struct address ipv4, ipv6;
};

static inline struct address address_pair_of(const struct address_pair *pair, enum address_family family)
{
    return family == FAMILY_IPV4 ? pair->ipv4 : pair->ipv6;
}

static inline bool address_pair_is_none(const struct address_pair *pair)
{
    return address_is_none(pair->ipv4) && address_is_none(pair->ipv6);
}
