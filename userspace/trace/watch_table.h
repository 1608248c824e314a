// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a watched path, in mtr's manner: rows of text made from statistics. It prints and reads nothing
 * else; the terminal belongs to session/screen.h.
 *
 *     Host                Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter
 *       1.|-- 192.0.2.1    0.0%    10   0.31   0.35   0.28   0.61   0.10   0.12
 *       2.|-- ???        100.0%    10      -      -      -      -      -      -
 *       3.|-- 203.0.113.9 10.0%    10   12.1   12.4   11.9   14.0   0.72   0.80
 *               <MPLS:L=24001,E=0,S=1,T=1> [dscp 46 -> 0]    its last record, and changes on the way
 *             203.0.113.13                                   further responders of the hop, by network
 *
 * A host with a known name is printed as "name (address)".
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
    uint8_t tos;          /* of the probes as they are sent */
    struct names *names;  /* NULL: addresses alone */
    struct owners owners; /* where known, the network of each responder is a column */
    unsigned width;       /* of the screen in columns: longer lines are cut; 0: none is */
};

/* The lines above the table on a screen. */
struct watch_heading {
    const char *title; /* "192.0.2.1 from 198.51.100.7, UDP" */
    uint64_t rounds;
    bool paused;
};

/* watch_heading_print() writes two lines and an empty one, watch_table_print() the table. Both ask for names
 * that are not known yet. */
void watch_heading_print(const struct watch_heading *heading, unsigned width, FILE *out);
void watch_table_print(const struct watch_table *table, FILE *out);

/* watch_table_names_open() returns true while names of responders are still being asked for, and asks for new
 * ones. */
bool watch_table_names_open(const struct watch_table *table);

/* watch_table_groups() groups the responders of a hop, counted from 0, by network. */
void watch_table_groups(const struct watch_table *table, unsigned hop, struct as_groups *out);

/* watch_table_tos_changed() returns the first TTL with a responder that quotes a type of service other than
 * the one sent; 0: none. */
unsigned watch_table_tos_changed(const struct watch_table *table);

/*
 * watch_table_json() returns the table as an array with one object per hop, or NULL when memory is short:
 *
 *     {"ttl": 3, "sent": 10, "lost": 1, "errors": 0, "last_error": null, "last_ms": 12.1, "best_ms": …,
 *      "avg_ms": …, "worst_ms": …, "stdev_ms": …, "jitter_ms": …, "responders": [{"address": "203.0.113.9",
 *      "name": "a.example", "asn": "64496", "answers": 8, "quoted_tos": 0, "mpls": ["24001:0:1:1"], "interface_info": [],
 *      "extensions": []}], "other_answers": 0}
 *
 * With origins, a hop also has "by_asn": [{"asn": "64496", "routers": 1, "answers": 8}]. Times that are not known
 * are null, and so are an unknown name and origin. `errors` counts lost probes for which an ICMP error came.
 * `last_error` has the type and code of the last: {"icmp_type": 3, "icmp_code": 13}.
 */
json_t *watch_table_json(const struct watch_table *table);
