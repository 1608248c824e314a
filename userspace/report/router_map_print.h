// SPDX-License-Identifier: GPL-2.0-or-later
/* A map as text: lists for joins, and CAIDA's ITDK. */
#pragma once

#include <stdio.h>

#include "report/router_map.h"
#include "target/owners.h"

/*
 * router_map_print_interfaces() writes CSV with a header, an interface per line, those at which a TTL expired alone or
 * all who answered, with whose they are. router_map_print_links() likewise, a link per line, with the exchange of its far
 * end: a link that ends in a peering LAN crosses it. 0 or -ENOMEM; errors of `out` are its own.
 */
int router_map_print_interfaces(const struct router_map *map, struct owners owners, bool all, FILE *out);
int router_map_print_links(const struct router_map *map, struct owners owners, FILE *out);

/* router_map_print_itdk() writes the three files of an ITDK, each interface being a node of its own: nobody knows which
 * belong to one router. 0 or -ENOMEM. */
int router_map_print_itdk(const struct router_map *map, FILE *nodes, FILE *links, FILE *interfaces);
