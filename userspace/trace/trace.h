// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire trace: one or many paths, from the first probe to the last line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/sandbox.h"
#include "metrics/prometheus_outlet.h"
#include "packet/tracked.h"
#include "session/hosts.h"
#include "session/record_file.h"
#include "session/sockets.h"
#include "strategy/path.h"
#include "target/owners.h"

struct json_form;
struct trace_view;

struct trace_config {
    const struct trace_view *view; /* what is asked and shown: trace/view.h */
    struct sockets sockets;        /* owned by the caller */
    const struct hosts *hosts;
    struct layout_choice layout; /* of the probes, as for one family: layout_pair_of() gives both */
    uint8_t tos;
    bool same_flow_label; /* this and the next: see packet/tracked.h */
    uint32_t flow_label;
    const char *interface;       /* NULL: the routes decide */
    struct address_pair sources; /* that were asked for, or none */
    double rate;                 /* probes per second, over all paths */
    struct path_config path;     /* for every path, except host, flow and owner */
    unsigned flows;              /* paths per host */
    bool numeric;                /* no names */
    bool back, json;
    const struct json_form *json_form;   /* the form of `json` in view paths; other views have their own */
    double confidence;                   /* view mda: confidence that all ways are found; above 0, below 1 */
    const char *dot_path;                /* view mda: file of the graphs for graphviz; NULL: none */
    struct prometheus_config prometheus; /* view monitor */
    uint64_t report; /* view watch: print the table after this many rounds; 0: show it on the screen */
    struct owners owners;
    struct record_output records;
    struct sandbox sandbox; /* in force while probes are sent */
};

/* trace_run() returns the program's exit code, after one line on stderr where something failed: EXIT_DONE
 * where any hop of any path answered, EXIT_UNUSABLE where a host could not be probed. */
int trace_run(const struct trace_config *config);
