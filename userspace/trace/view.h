// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a trace shows, and thus what it asks. One file per view; trace_view_of() chooses one. A view fills the
 * fleet, reads it between the steps of the session, and prints the last lines. Private to userspace/trace/.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "metrics/prometheus_outlet.h"
#include "session/record_file.h"
#include "session/session.h"
#include "session/signals.h"
#include "trace/job.h"
#include "trace/trace.h"

struct trace_view;

/* A run and its parts. */
struct trace_run {
    const struct trace_config *config;
    const struct trace_view *view;
    void *state; /* owned by the view; NULL: the view is not open */
    struct session session;
    struct signals signals;
    struct trace_style style;
    struct record_file results;
    FILE *dot;                        /* view mda: the graphs for graphviz; NULL: none */
    bool dot_created;                 /* remove the file again, unless the run begins */
    struct prometheus_outlet metrics; /* view monitor */
    struct late_files *late;          /* files that are written again and again */
    struct name_helper *name_helper;  /* NULL: no names are wanted */
    bool mute;                        /* stdout is taken by records */
};

struct trace_view {
    bool always_json;  /* it prints nothing but lines of JSON */
    bool maps;         /* many paths make a map, so interfaces and links are counted */
    bool searches;     /* each hop is asked as often as it takes, without rounds: records have none */
    size_t state_size; /* of trace_run.state, which is zeroed before open() and freed after close() */

    /* open() fills the fleet of a run whose session is open. Returns an exit code, after one line on
     * stderr where it is not EXIT_DONE. */
    int (*open)(struct trace_run *run);

    /* step() shows what is new at `now_ns`. Returns the latest time at which it must be called again. */
    uint64_t (*step)(struct trace_run *run, uint64_t now_ns);

    /* finish() shows the rest after the session has ended. Returns an exit code. */
    int (*finish)(struct trace_run *run);

    /* close() may be called after any outcome of open(). */
    void (*close)(struct trace_run *run);
};

/* Paths as text and as JSON; multipath graphs; a table that is watched; changes of many paths. */
extern const struct trace_view trace_view_paths, trace_view_mda, trace_view_watch, trace_view_monitor;

/* trace_add_path() adds a path to `host` to the fleet, with the run's configuration and with `flow` and
 * `observer`. Returns 0 or -ENOMEM. The fleet owns the path. */
int trace_add_path(struct trace_run *run, const struct host *host, unsigned flow,
                   const struct path_observer *observer, struct path **out);

/* trace_add_paths() adds a path for every host and flow, in that order, which is also the order of their
 * owners. `jobs` receives an array of them, which the caller frees, even after an error. Returns an exit
 * code, after one line on stderr where it is not EXIT_DONE. */
int trace_add_paths(struct trace_run *run, const struct path_observer *observer, struct trace_job **jobs);

/* trace_add_member() adds any strategy. Where memory is short it destroys it and returns -ENOMEM, else 0. */
int trace_add_member(struct trace_run *run, struct strategy *member);

/* trace_wait_for_names() waits until names have come, until a signal has come, or until `until_ns`,
 * rounded up to milliseconds. */
void trace_wait_for_names(struct trace_run *run, uint64_t now_ns, uint64_t until_ns);

/* trace_out_of_memory() prints an error and returns EXIT_FAILED. */
int trace_out_of_memory(void);
