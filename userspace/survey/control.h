// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Control: what the main thread does while a survey runs, from the first probe to the last record. It looks after the
 * rate, links, gateways, limits and whoever asks, and ends the threads in the order in which every counter becomes
 * final. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

struct stop_signals;

/* What control knows of the run. */
struct control {
    struct survey *survey;
    const struct stop_signals *signals;
    int signal;          /* the first that came, 0: none */
    bool hurry;          /* a second one came: close at once */
    const char *stopped; /* why it stops before its end, to go on another time; NULL: it does not */
    enum stop_kind stop; /* at a limit (survey/limits.h) */
    uint64_t progress_due_ns, watch_due_ns, history_due_ns;
    struct survey_status shown; /* with the last progress line */
};

/* control_run() sends everything, waits for late replies, and returns once all records are written. */
void control_run(struct control *control);

/* control_has_failed(): there is nothing to wait for, since the device, a sender or the results file is gone. */
bool control_has_failed(const struct survey *survey);

/* control_sender_error() is the first error of a sender, 0: none. */
int control_sender_error(const struct survey *survey);

/* control_shows_line() says whether progress is told by a line. */
bool control_shows_line(const struct survey *survey);
