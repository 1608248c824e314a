// SPDX-License-Identifier: GPL-2.0-or-later
/* Links that consist of other links. */
#pragma once

#include <stdbool.h>

#include "host/link.h"

/*
 * link_is_bundle() returns whether a link consists of others, each of which may receive its frames: a bond or
 * a team. link_ports() lists the devices, at most `room`, whose master is `index`: the ports of a bundle or
 * of a bridge. Returns their number, or a negative errno.
 */
bool link_is_bundle(const struct link_info *link);
int link_ports(unsigned index, unsigned *out, unsigned room);

/* link_carriers() lists the devices that carry what a link sends: the ports of a bundle, or the device below
 * a VLAN device or macvlan. Returns their number, or 0 if the link sends by itself, if there are more than
 * `room`, or if they are in another namespace. */
unsigned link_carriers(const struct link_info *link, unsigned *out, unsigned room);
