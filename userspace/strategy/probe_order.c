// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/probe_order.h"

static struct fixed_divisor fixed_divisor(uint64_t divisor)
{
    return (struct fixed_divisor){divisor, divisor == 1 ? 0 : UINT64_MAX / divisor + 1};
}

void probe_order_init(struct probe_order *order, uint64_t targets, unsigned min_ttl, unsigned max_ttl,
                      unsigned flows, struct siphash_key key)
{
    uint64_t ttls = max_ttl - min_ttl + 1;

    order->min_ttl = min_ttl;
    order->ttls = fixed_divisor(ttls);
    order->per_target = fixed_divisor(ttls * flows);
    permutation_init(&order->permutation, targets * ttls * flows, key);
}
