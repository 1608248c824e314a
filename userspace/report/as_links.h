// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links between autonomous systems: how many links of a map lead from the addresses of one to those of another. Which
 * router is whose the addresses alone do not say: the link between two networks has its address from one of them.
 */
#pragma once

#include <stdio.h>

#include "report/router_map.h"
#include "target/asn_table.h"

/* as_links_print() writes "from_asn,to_asn,links,paths" as CSV, in the order of numbers; several origins of a prefix stand
 * as they do in `asn`. Links within one AS, or with an end that nobody announces, do not count. 0 or -ENOMEM. */
int as_links_print(const struct router_map *map, const struct asn_table *asn, FILE *out);
