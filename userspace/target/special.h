// SPDX-License-Identifier: GPL-2.0-or-later
/* The ranges that a survey withholds unless told otherwise: not globally reachable, or not unicast. */
#pragma once

#include "target/prefix_list.h"

/* special_prefixes() appends the IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its successors),
 * multicast (RFC 5771) and class E (RFC 1112). Returns 0 or -ENOMEM. */
int special_prefixes(struct prefix_list *list);
