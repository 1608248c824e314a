// SPDX-License-Identifier: GPL-2.0-or-later
/* The next hop of each group of targets. Private to engine/ways.h. */
#pragma once

#include "engine/way_groups.h"

/* way_groups_resolve() finds the egress of each group, with the Ethernet address of its next hop, or refuses
 * the group with a reason. It waits up to EGRESS_ON_LINK_MS for each gateway, and as long again for all
 * single on-link hosts together. */
void way_groups_resolve(struct way_groups *groups, const struct egress_options *options);
