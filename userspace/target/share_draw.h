// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host drawn in a share (share_table.h): a block of the share, and in it the host that struct host6 says.
 * It depends on the key, the share's base and size and the kind of host alone.
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
    const struct address_set *avoided;  /* drawn only where some draws found nothing better (host_draw.h) */
};

/* share_draw_at() is the draw with number `attempt` in the share that begins at `base`, whatever the sets
 * say. */
struct address share_draw_at(const struct share_draw *draw, const struct share_run *run, struct address base,
                             unsigned attempt);

/*
 * share_draw_allowed() draws up to HOST_DRAWS times, until the host is in neither set. Where all of them are
 * in one, the last draw stands, and the sender's look at the blocklist counts it as blocked; a withheld one
 * moves on to the next address of the share that is not withheld. The share must have one.
 */
struct address share_draw_allowed(const struct share_draw *draw, const struct share_run *run,
                                  struct address base);

/*
 * share_draw_flow() is the host of a flow, where that of flow 0 is `host`: another of its block and of its /64,
 * since another subnet may have another route. Those of HOST6_LOW ascend, those of HOST6_EUI are of one vendor, and
 * of HOST6_GIVEN there is one.
 */
struct address share_draw_flow(const struct share_draw *draw, const struct share_run *run,
                               struct address host, unsigned flow);

/* share_draw_is_possible() says whether some address from `first` to `last` is not withheld. */
bool share_draw_is_possible(const struct share_draw *draw, struct address first, struct address last);
