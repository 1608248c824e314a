// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints a map as text: lists for joins, and CAIDA's ITDK. */
#pragma once

#include <stdio.h>

#include "report/router_map.h"
#include "target/owners.h"

/*
 * router_map_print_interfaces() writes CSV with a header and one line per interface, with its owner: those at
 * which a TTL expired, or, with `all`, all that answered. router_map_print_links() does the same with one
 * line per link, with the exchange of its far end: a link that ends in a peering LAN crosses that exchange.
 * Both return 0 or -ENOMEM; errors of `out` stay in ferror().
 */
int router_map_print_interfaces(const struct router_map *map, struct owners owners, bool all, FILE *out);
int router_map_print_links(const struct router_map *map, struct owners owners, FILE *out);

/* router_map_print_itdk() writes the three files of an ITDK. Each interface is a node of its own, because it
 * is unknown which interfaces belong to one router. Returns 0 or -ENOMEM. */
int router_map_print_itdk(const struct router_map *map, FILE *nodes, FILE *links, FILE *interfaces);
