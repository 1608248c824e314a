// SPDX-License-Identifier: GPL-2.0-or-later
/* Links that consist of others. */
#pragma once

#include <stdbool.h>

#include "host/link.h"

/*
 * link_is_bundle() says whether a link consists of others, each of which may receive its frames: a bond or a
 * team. link_ports() lists the devices, at most `room`, whose master `index` is: those of a bundle, or of a
 * bridge. Returns how many there are, or a negative errno.
 */
bool link_is_bundle(const struct link_info *link);
int link_ports(unsigned index, unsigned *out, unsigned room);

/* link_carriers() lists the devices that carry what a link sends: the ports of a bundle, or what a VLAN
 * device or macvlan is based on. Returns how many there are; 0 where it sends by itself, where there are more
 * than `room`, or where they are in another namespace. */
unsigned link_carriers(const struct link_info *link, unsigned *out, unsigned room);
