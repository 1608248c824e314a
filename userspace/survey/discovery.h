// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The discovery curve: how many interfaces and links were known after so many seconds and probes, up to
 * DISCOVERY_POINTS times evenly in time, however long the survey takes, and how much this host had lost by then. It tells
 * strategies apart, and when going on stopped paying. Of a survey that goes on, it goes on, without the time between its runs.
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
    uint64_t ns; /* since sending began, or of all runs' */
    uint64_t probes, interfaces, links;
    uint64_t lost; /* packets, of either direction; DISCOVERY_LOST_UNKNOWN: null in the file */
};

/* Begins as zeros. */
struct discovery {
    struct discovery_point points[DISCOVERY_POINTS];
    unsigned count;
    uint64_t every_ns;         /* between two points at least */
    uint64_t ns, probes, lost; /* of the runs before this one */
};

/* discovery_add() takes a point where it is time for one; they come in the order of their time. Once there is no
 * more room every second one goes, and from then on half as many come. */
void discovery_add(struct discovery *discovery, const struct discovery_point *point);

/* discovery_end() takes the last one, whatever the time. */
void discovery_end(struct discovery *discovery, const struct discovery_point *point);

/* discovery_json() is the curve for the metadata: names of columns, and a row a point; NULL when memory is
 * short. */
json_t *discovery_json(const struct discovery *discovery);

/* discovery_load() has a new one go on from the curve `before`, NULL: there is none, whose run was the last of those
 * that sent for `seconds` and `probes`. What is no curve is as none. */
void discovery_load(struct discovery *discovery, const json_t *before, double seconds, uint64_t probes);

/* discovery_watch() is called by control now and then; discovery_watch_end() once all is counted. */
void discovery_watch(struct survey *survey);
void discovery_watch_end(struct survey *survey);
