// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links between autonomous systems: how many links of a map lead from the addresses of one AS to those of
 * another. The addresses alone do not show which AS owns a router, because a link between two networks has
 * its address from one of them.
 */
#pragma once

#include <stdio.h>

#include "report/router_map.h"
#include "target/asn_table.h"

/* as_links_print() writes "from_asn,to_asn,links,paths" as CSV, sorted by numbers; several origins of a
 * prefix are written as in `asn`. Links within one AS, or with an end that no AS announces, do not count.
 * Returns 0 or -ENOMEM. */
int as_links_print(const struct router_map *map, const struct asn_table *asn, FILE *out);
