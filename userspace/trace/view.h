// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a trace shows, and so what it asks: one file a view, chosen by trace_view_of(). A view fills the
 * fleet, looks at it between the steps of the session, and says the last words. Private to userspace/trace/.
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
    void *state; /* the view's own; NULL: it has not been opened */
    struct session session;
    struct signals signals;
    struct trace_style style;
    struct record_file results;
    FILE *dot;                        /* view mda: the graphs for graphviz; NULL: not */
    bool dot_created;                 /* and to be removed, unless the run begins */
    struct prometheus_outlet metrics; /* view monitor */
    struct late_files *late;          /* what is written again and again */
    struct name_helper *name_helper;  /* NULL: nobody asks for names */
    bool mute;                        /* records take stdout for themselves */
};

struct trace_view {
    bool always_json;  /* lines of JSON are all it prints */
    bool maps;         /* many paths make a map: interfaces and links are counted */
    bool searches;     /* each hop is asked as often as it takes, and not in rounds: records have none */
    size_t state_size; /* of trace_run.state, which is zeroed before open() and freed after close() */

    /* open() fills the fleet of a run whose session is open. An exit code, after one line on stderr where it
     * is not EXIT_DONE. */
    int (*open)(struct trace_run *run);

    /* step() shows what is new at `now_ns` and returns when it wants to be called again at the latest. */
    uint64_t (*step)(struct trace_run *run, uint64_t now_ns);

    /* finish() shows the rest once the session has ended. An exit code. */
    int (*finish)(struct trace_run *run);

    /* close() is right after every outcome of open(). */
    void (*close)(struct trace_run *run);
};

/* Paths as text and as JSON; multipath graphs; a table that is watched; changes of many paths. */
extern const struct trace_view trace_view_paths, trace_view_mda, trace_view_watch, trace_view_monitor;

/* trace_add_path() adds a path to `host` to the fleet, configured as the run says and by `flow` and
 * `observer`. 0 or -ENOMEM; the path is the fleet's. */
int trace_add_path(struct trace_run *run, const struct host *host, unsigned flow,
                   const struct path_observer *observer, struct path **out);

/* trace_add_paths() adds one for every host and flow, in that order, which is that of their owners, and tells
 * which are which in `jobs`: an array, the caller's, as is the case where it fails. An exit code, after one
 * line on stderr where it is not EXIT_DONE. */
int trace_add_paths(struct trace_run *run, const struct path_observer *observer, struct trace_job **jobs);

/* trace_add_member() adds any strategy, or destroys it where memory is short: 0 or -ENOMEM. */
int trace_add_member(struct trace_run *run, struct strategy *member);

/* trace_wait_for_names() waits until names have come, a signal has, or `now_ns` is `until_ns`, rounded up to
 * milliseconds. */
void trace_wait_for_names(struct trace_run *run, uint64_t now_ns, uint64_t until_ns);

/* trace_out_of_memory() says so and returns EXIT_FAILED. */
int trace_out_of_memory(void);
