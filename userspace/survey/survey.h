// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A survey from its first thread to its last record: brings the parts together, runs them, takes them apart
 * in the order in which the ledger comes out even.
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

/* Probes per second on a real network, unless told. */
#define SURVEY_DEFAULT_RATE 10000.0

/* What is shown while it runs. */
enum survey_progress {
    SURVEY_PROGRESS_AUTO, /* the screen where it can be and nothing else has the terminal, else the line */
    SURVEY_PROGRESS_SCREEN,
    SURVEY_PROGRESS_LINE,
    SURVEY_PROGRESS_NONE,
};

struct survey_config {
    const struct plan *plan;
    struct strategy_choice strategy;
    const char *strategy_text; /* with its options, as they were given */
    const struct tx_ops *tx;   /* NULL: `auto`, send/tx_choice.h decides */
    struct egress_options egress;
    struct option_list listen; /* interfaces by which replies come, too: names, with commas between */
    unsigned threads;          /* senders */
    struct cpu_list cpus;      /* for senders, then receivers; empty: not asked for */
    double rate; /* probes per second; INFINITY: as fast as possible; NAN: to be found (`auto`) */
    struct gentle_bounds bounds;
    const char *contact; /* in the payload of probes; NULL: none */
    uint64_t cooldown_ns;
    struct survey_limits limits;
    uint32_t late_after_us;
    uint64_t umem_memory;                                     /* bytes, of all RX queues together */
    uint64_t link_memory, interface_memory, duplicate_memory; /* bytes */
    struct sandbox sandbox;                                   /* while probes are sent */
    bool quiet;                                               /* no summary */
    enum survey_progress progress;

    const struct sim_options *sim; /* NULL: the real network */
    const struct sim_topology *sim_topology;

    struct record_output records; /* whose `overwrite` is for the metadata, too */
    struct capture_config capture;
    const char *metadata_path;    /* NULL: none is written */
    struct list_writing *listing; /* of the targets, begun, where they need a file and this run begins */
    const struct earlier_lists *earlier; /* of the metadata that is replaced: they go with it */
    struct option_list blocklists;       /* files to be read again; none, also where one of them is no file */
    const char *control_path;            /* where orders are taken; NULL: nowhere */
    const char *status_path;             /* of the status file; NULL: there is none */
    bool overwrite_status;               /* where it is there already */
    struct prometheus_config prometheus;
    const char *state_path; /* NULL: none is kept, and it cannot be resumed */
    bool resumable;         /* SIGTERM stops it for another run to go on */
    const struct survey_metadata
        *resumed; /* of the run before, which this one goes on from; NULL: it begins */
    int argc;     /* the command line, for the metadata */
    char **argv;
    const char *directory; /* where that was given; NULL: not known */
};

/* survey_run() returns the program's exit code, after one line on stderr where something was wrong. */
int survey_run(const struct survey_config *config);
