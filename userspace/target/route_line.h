// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of routes as bgpdump -m prints them, of tables and of updates:
 *
 *   TABLE_DUMP2|1700000000|B|198.51.100.1|64496|192.0.2.0/24|64496 64500 {64501,64502}|IGP|…
 *   BGP4MP|1700000000|A|198.51.100.1|64496|192.0.2.0/24|64496 64500|IGP|…
 *   TABLE_DUMP2_AP|1700000000|B|198.51.100.1|64496|192.0.2.0/24|7|64496 64500|IGP|…   route number 7
 *
 * Lines that announce nothing (withdrawals, states of a session) have no entry.
 */
#pragma once

#include "target/network.h"

enum route_line {
    ROUTE_LINE_OTHER, /* no such line; no word of it was taken */
    ROUTE_LINE_ENTRY,
    ROUTE_LINE_EMPTY, /* the line announces nothing */
};

/*
 * route_line_read() reads the present line of `file`. No word of the line may have been taken. With
 * ROUTE_LINE_ENTRY, `out` receives its network, and `origin` the last part of its AS path: a number, a set in
 * braces, one of these with brackets of a confederation, or "" where the path is empty. Returns as network_read()
 * where the network is wrong.
 */
int route_line_read(struct list_file *file, struct network *out, char **origin);
