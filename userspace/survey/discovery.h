// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The discovery curve: how many interfaces and links were known after so many seconds and probes, and how many
 * packets this host had lost by then. It has up to DISCOVERY_POINTS points, evenly spaced in time however long the
 * survey takes. It shows how strategies differ, and when further probes no longer paid. A resumed survey continues
 * its curve, without the time between its runs.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct survey;

enum {
    DISCOVERY_POINTS = 1000,
};

#define DISCOVERY_LOST_UNKNOWN UINT64_MAX

struct discovery_point {
    uint64_t ns; /* since sending began; in a resumed survey, of all runs */
    uint64_t probes, interfaces, links;
    uint64_t lost; /* packets of either direction; DISCOVERY_LOST_UNKNOWN: null in the file */
};

/* Begins as zeros. */
struct discovery {
    struct discovery_point points[DISCOVERY_POINTS];
    unsigned count;
    uint64_t every_ns;         /* least time between two points */
    uint64_t ns, probes, lost; /* of the runs before this one */
};

/* discovery_add() adds a point if one is due. Points must come in the order of their time. When there is no
 * more room, every second point is dropped, and from then on half as many are added. */
void discovery_add(struct discovery *discovery, const struct discovery_point *point);

/* discovery_end() adds the last point, whether or not one is due. */
void discovery_end(struct discovery *discovery, const struct discovery_point *point);

/* discovery_json() returns the curve for the metadata: names of columns, and a row per point; NULL when memory
 * is short. */
json_t *discovery_json(const struct discovery *discovery);

/* discovery_load() makes a new curve continue the curve `before` of the last run; NULL: there is none. All runs
 * so far have sent for `seconds`, and `probes` probes. Anything that is not a curve is treated as NULL. */
void discovery_load(struct discovery *discovery, const json_t *before, double seconds, uint64_t probes);

/* discovery_watch() is called regularly by control; discovery_watch_end() once all is counted. */
void discovery_watch(struct survey *survey);
void discovery_watch_end(struct survey *survey);
