// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Control: the work of the main thread while a survey runs, from the first probe to the last record. It follows
 * the rate, links, gateways, limits and clients, and ends the threads in the order in which every counter becomes
 * final. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

struct stop_signals;

/* The state of control. */
struct control {
    struct survey *survey;
    const struct stop_signals *signals;
    int signal;          /* the first signal; 0: none */
    bool hurry;          /* a second signal came: close at once */
    const char *stopped; /* why the survey stops before its end and can be resumed; NULL: it does not */
    enum stop_kind stop; /* the limit at which it stops (survey/limits.h) */
    uint64_t progress_due_ns, watch_due_ns, history_due_ns;
    struct survey_status shown; /* the status in the last progress line */
};

/* control_run() sends all probes, waits for late replies, and returns when all records are written. */
void control_run(struct control *control);

/* control_has_failed() returns true if the device, a sender or the results file has failed, so that waiting is
 * useless. */
bool control_has_failed(const struct survey *survey);

/* control_sender_error() returns the first error of a sender; 0: none. */
int control_sender_error(const struct survey *survey);

/* control_shows_line() returns true if progress is shown as a line. */
bool control_shows_line(const struct survey *survey);
