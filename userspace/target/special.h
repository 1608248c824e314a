// SPDX-License-Identifier: GPL-2.0-or-later
/* The ranges that a survey withholds by default: not globally reachable, or not unicast. */
#pragma once

#include <stdbool.h>

#include "target/prefix_list.h"

/* special_prefixes() appends the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its
 * successors), multicast (RFC 5771, RFC 4291) and class E (RFC 1112). With `simulated` it leaves out the
 * ranges where the simulated Internet has its own addresses, because they are not special there. Returns 0
 * or -ENOMEM. */
int special_prefixes(struct prefix_list *list, bool simulated);
