// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A survey from its first thread to its last record. It sets up the parts, runs them, and ends them in the
 * order in which the ledger balances.
 *
 *   main thread         control: signals, progress, the order of the end
 *   sender threads      strategy -> blocklist -> pacer -> TX backend           (engine/sender.h)
 *   receiver threads    AF_XDP -> decode -> match -> graph, writer's ring      (engine/receiver.h)
 *   writer thread       rings -> format -> file                                (output/writer.h)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/cpu_list.h"
#include "base/options.h"
#include "engine/plan.h"
#include "engine/ways.h"
#include "host/sandbox.h"
#include "metrics/prometheus_outlet.h"
#include "output/earlier_lists.h"
#include "output/list_writing.h"
#include "send/tx.h"
#include "session/record_file.h"
#include "sim/uplink.h"
#include "strategy/gentle.h"
#include "strategy/strategy.h"
#include "survey/capture_file.h"
#include "survey/limits.h"

/* Default rate on a real network, in probes per second. */
#define SURVEY_DEFAULT_RATE 10000.0

/* How progress is shown. */
enum survey_progress {
    SURVEY_PROGRESS_AUTO, /* the screen where possible and the terminal is free, else the line */
    SURVEY_PROGRESS_SCREEN,
    SURVEY_PROGRESS_LINE,
    SURVEY_PROGRESS_NONE,
    SURVEY_PROGRESS_KINDS,
};

struct survey_config {
    const struct plan *plan;
    struct strategy_choice strategy;
    const char *strategy_text; /* name and options as given */
    const struct tx_ops *tx;   /* NULL: `auto`, send/tx_choice.h decides */
    struct egress_options egress;
    struct option_list listen; /* further interfaces by which replies come: names, separated by commas */
    unsigned threads;          /* senders */
    struct cpu_list cpus;      /* for senders, then receivers; empty: not given */
    double rate; /* probes per second; INFINITY: as fast as possible; NAN: to be searched for (`auto`) */
    struct gentle_bounds bounds;
    const char *contact; /* in the payload of probes; NULL: none */
    uint64_t cooldown_ns;
    struct survey_limits limits;
    uint32_t late_after_us;
    uint64_t umem_memory;                                     /* bytes, for all RX queues together */
    uint64_t link_memory, interface_memory, duplicate_memory; /* bytes */
    struct sandbox sandbox;                                   /* in force while probes are sent */
    bool quiet;                                               /* no summary */
    enum survey_progress progress;

    const struct sim_options *sim; /* NULL: the real network */
    const struct sim_topology *sim_topology;

    struct record_output records; /* its `overwrite` also applies to the metadata */
    struct capture_config capture;
    const char *metadata_path;    /* NULL: not written */
    struct list_writing *listing; /* open list of the targets, where they need a file and this run begins */
    const struct earlier_lists *earlier; /* lists of the replaced metadata, to be removed with it */
    struct option_list blocklists;       /* files to be read again; empty if one of them cannot be */
    const char *control_path;            /* socket for commands; NULL: none */
    const char *status_path;             /* of the status file; NULL: none */
    bool overwrite_status;               /* an existing status file may be overwritten */
    struct prometheus_config prometheus;
    const char *state_path; /* NULL: no state is kept, so it cannot be resumed */
    bool resumable;         /* after SIGTERM another run can continue */
    const struct survey_metadata
        *resumed; /* metadata of the run before, which this one continues; NULL: it begins */
    int argc;     /* the command line, for the metadata */
    char **argv;
    const char *directory; /* the command's working directory; NULL: not known */
};

/* survey_run() returns the program's exit code, after one line on stderr where something failed. */
int survey_run(const struct survey_config *config);
