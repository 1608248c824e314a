// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a path that is watched, in mtr's manner: rows of text from statistics. Prints and reads
 * nothing else: the terminal is session/screen.h's.
 *
 *     Host                Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter
 *       1.|-- 192.0.2.1    0.0%    10   0.31   0.35   0.28   0.61   0.10   0.12
 *       2.|-- ???        100.0%    10      -      -      -      -      -      -
 *       3.|-- 203.0.113.9 10.0%    10   12.1   12.4   11.9   14.0   0.72   0.80
 *               <MPLS:L=24001,E=0,S=1,T=1> [dscp 46 -> 0]    what it said last, and what the way did to the probe
 *             203.0.113.13                                   further responders of the hop, by network
 *
 * Where a name is known it is "name (address)".
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "session/hop_stats.h"
#include "target/owners.h"
#include "trace/as_groups.h"
#include "trace/hop_told.h"
#include "trace/names.h"

struct watch_table {
    const struct hop_stats *hops; /* the first is that of `first_ttl` */
    const struct hop_told *told;  /* likewise; NULL: not known */
    unsigned first_ttl, count;
    uint8_t tos;          /* with which probes are sent */
    struct names *names;  /* NULL: addresses alone */
    struct owners owners; /* who announces them is a column, where that is known */
    unsigned width;       /* of the screen in columns: what is longer is cut; 0: nothing is */
};

/* What stands above the table on a screen. */
struct watch_heading {
    const char *title; /* "192.0.2.1 from 198.51.100.7, UDP" */
    uint64_t rounds;
    bool paused;
};

/* watch_heading_print() writes two lines and an empty one, watch_table_print() the table. Names that are not
 * known yet are asked for. */
void watch_heading_print(const struct watch_heading *heading, unsigned width, FILE *out);
void watch_table_print(const struct watch_table *table, FILE *out);

/* watch_table_names_open() says whether names of responders are still being asked for, and asks for those
 * that are new. */
bool watch_table_names_open(const struct watch_table *table);

/* watch_table_groups() are the responders of a hop, from 0 on, by network. */
void watch_table_groups(const struct watch_table *table, unsigned hop, struct as_groups *out);

/* watch_table_tos_changed() is the first TTL whose responders quote another type of service than was sent; 0: none. */
unsigned watch_table_tos_changed(const struct watch_table *table);

/*
 * watch_table_json() is the same as an array with an object a hop; NULL when memory is short:
 *
 *     {"ttl": 3, "sent": 10, "lost": 1, "errors": 0, "last_error": null, "last_ms": 12.1, "best_ms": …,
 *      "avg_ms": …, "worst_ms": …, "stdev_ms": …, "jitter_ms": …, "responders": [{"address": "203.0.113.9",
 *      "name": "a.example", "asn": "64496", "answers": 8, "quoted_tos": 0, "mpls": ["24001:0:1:1"], "interface_info": [],
 *      "extensions": []}], "other_answers": 0}
 *
 * and with origins a hop has "by_asn": [{"asn": "64496", "routers": 1, "answers": 8}].
 * Times that are not known are null, and so are a name and an origin. `errors` are those of the lost probes
 * that an ICMP error came for, `last_error` its {"icmp_type": 3, "icmp_code": 13}.
 */
json_t *watch_table_json(const struct watch_table *table);
