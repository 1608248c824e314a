// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host drawn in a share (share_table.h): first a block of the share, then the host in it that struct host6
 * describes. It depends only on the key, the share's base and size, and the kind of host.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "target/address_set.h"
#include "target/host6.h"
#include "target/share_table.h"

struct share_draw {
    uint64_t key;
    struct host6 host;
    const struct address_set *withheld; /* never drawn */
    const struct address_set *avoided;  /* drawn only where all draws fail (host_draw.h) */
};

/* share_draw_at() returns draw number `attempt` in the share that begins at `base`, without regard to the sets. */
struct address share_draw_at(const struct share_draw *draw, const struct share_run *run, struct address base,
                             unsigned attempt);

/*
 * share_draw_allowed() draws until the host is in neither set, at most HOST_DRAWS times. If every draw is in a
 * set, it uses the last one. If that one is avoided, the sender finds it in the blocklist and counts it as
 * blocked. If it is withheld, the next address of the share that is not withheld is used. The share must have such
 * an address.
 */
struct address share_draw_allowed(const struct share_draw *draw, const struct share_run *run,
                                  struct address base);

/*
 * share_draw_flow() returns the host of a flow, where flow 0 has `host`: another host of its block and of its /64,
 * because another subnet may have another route. Hosts of HOST6_LOW ascend, hosts of HOST6_EUI have one vendor,
 * and with HOST6_GIVEN there is only one host.
 */
struct address share_draw_flow(const struct share_draw *draw, const struct share_run *run,
                               struct address host, unsigned flow);

/* share_draw_is_possible() returns true if some address from `first` to `last` is not withheld. */
bool share_draw_is_possible(const struct share_draw *draw, struct address first, struct address last);
