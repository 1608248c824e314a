// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a running survey, their set-up and their end. Private to userspace/survey/. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/late_files.h"
#include "base/reload_signal.h"
#include "engine/answer_rings.h"
#include "engine/back_pressure.h"
#include "engine/device_count.h"
#include "engine/loss_judge.h"
#include "engine/match.h"
#include "engine/outages.h"
#include "engine/rate_control.h"
#include "engine/umem_budget.h"
#include "host/bond_port.h"
#include "host/netlink.h"
#include "host/numa.h"
#include "host/sandbox.h"
#include "host/stack_counters.h"
#include "host/urgency.h"
#include "knowledge/answered.h"
#include "knowledge/graph.h"
#include "metrics/prometheus_outlet.h"
#include "output/metadata.h"
#include "packet/frame.h"
#include "receive/source.h"
#include "send/tx_choice.h"
#include "session/record_file.h"
#include "state/control_socket.h"
#include "strategy/spacing.h"
#include "survey/blocklist_reload.h"
#include "survey/capture_file.h"
#include "survey/checkpoint.h"
#include "survey/discovery.h"
#include "survey/history.h"
#include "survey/live_screen.h"
#include "survey/metadata_renewal.h"
#include "survey/placement.h"
#include "survey/recall.h"
#include "survey/status.h"
#include "survey/status_file.h"
#include "survey/steering.h"
#include "survey/survey.h"
#include "survey/workers.h"
#include "xdp/xdp_filter.h"

enum {
    ENTRANCES_MAX = 32,
    OUTLET_CARRIERS_MAX = 18, /* a VLAN device on a bond of sixteen */
};

/* An interface by which replies come in: those by which probes leave, and those of --listen. */
struct entrance {
    struct link_info link;
    struct xdp_filter *filter;
    enum xdp_mode xdp_mode;
    struct source **sources; /* one per RX queue, within the survey's `sources` */
    unsigned source_count;
    struct link_counters before; /* counters before anything was sent */
    bool had_carrier; /* this and the next one: before the filter was attached (survey/entrance_wait.h) */
    enum bond_port bond;
};

/* A device that frames pass on their way out: an outlet, or a device below it. */
struct carrier {
    unsigned index, step;        /* devices of one step share the frames */
    struct link_counters before; /* counters before anything was sent */
};

/* An interface by which probes leave, by one way or by several. */
struct outlet {
    unsigned way;           /* the first of the ways through it */
    struct outages outages; /* of its link; used by the main thread */
    struct carrier carriers[OUTLET_CARRIERS_MAX];
    unsigned carrier_count;
    struct device_count count; /* set at the end */
};

struct survey {
    const struct survey_config *config;

    /* The ways out and in. Set up by survey_parts_open(). */
    const struct tx_ops *tx;  /* as configured, or chosen */
    char tx_why[TX_WHY_SIZE]; /* reason of the choice; "": not chosen here */
    struct sim_uplink *uplink;
    struct ways ways;
    struct frame_template frames[WAYS_MAX]; /* one per way */
    struct outlet outlets[WAYS_MAX];        /* the first is that of the first way */
    unsigned outlet_count;
    struct entrance entrances[ENTRANCES_MAX]; /* the first is that of the first way out */
    unsigned entrance_count;
    struct stack_counter_files stack;
    struct stack_counters stack_before;
    struct source **sources; /* of all entrances, one after the other */
    unsigned source_count;
    struct umem_budget umem;
    int vlan_let_in; /* open while the device takes frames with the survey's VLAN tag; 0: not needed */

    /* The knowledge from replies. */
    struct clock_pairing clock;
    struct answered answered;
    struct allowance allowance;
    const counter_t **probes_sent; /* one per sender */
    struct matcher matcher;
    struct graph *graph;
    struct discovery discovery; /* used by the main thread */
    struct limits_watch limits; /* used by the main thread */

    struct netlink_kept *inquiries; /* asks about links and neighbours later, without new sockets */
    struct sandbox sandbox;         /* as configured, or as far as the kernel allows */
    struct late_files *late; /* files that are opened or replaced after the set-up: survey/confinement.h */
    struct record_file results;
    struct capture_file capture;
    struct checkpoint checkpoint;
    struct recalled recalled; /* from the runs before this one */
    struct history history;
    struct list_reference targets_file, blocklist_file; /* files beside the metadata */

    struct numa_home home;      /* of the first device */
    struct placement placement; /* the CPU of each worker */
    struct sender_worker *senders;
    unsigned sender_count;
    struct receiver_worker *receivers;
    unsigned receiver_count;
    struct spacing spacing;      /* of all senders' probes, if bounds were asked for */
    struct answer_rings answers; /* from receivers to senders; no rings where the strategy hears no answers */
    enum urgency urgency;        /* of control, receivers and writer */

    /* The rate; used by the main thread. */
    struct rate_control rate_control; /* where the rate is searched for */
    struct back_pressure back_pressure;
    uint64_t search_pressed; /* how often that slowed down the search */
    uint64_t search_waits;   /* how often strategies had waited */
    bool search_excused;     /* the step under way was paused, or had too few probes to send */
    struct loss_judge loss_judge;
    bool losses_excused; /* by the judge, and reported */
    uint64_t found_lost; /* total losses when the rate was found */
    double whole_rate;   /* the rate of which back pressure takes a share */
    double paced;        /* the rate last given to the senders */
    uint64_t warned_ns;  /* time of the last warning; 0: never */

    /* Reports to programs while the survey runs; used by the main thread. */
    struct reports {
        struct status_file status_file;
        struct prometheus_outlet metrics;
        struct metadata_renewal renewal;
        uint64_t metrics_due_ns, metadata_due_ns;
    } reports;

    /* The operator's commands; used by the main thread. */
    struct steering steering;
    struct blocklist_reload reload;
    struct live_control {
        struct control_socket *socket; /* NULL: none was asked for */
        struct reload_signal hangup;   /* used where a blocklist can be read again */
        const char *phase;             /* what the survey is doing */
        uint64_t served_ns;            /* when clients were last served */
        int stop;                      /* the signal that a client asked for; 0: none */
    } live;
    struct live_screen live_screen;

    uint64_t started_ns, sending_ended_ns; /* CLOCK_MONOTONIC; 0: not yet */
    struct tx_totals totals;               /* set once the backends are closed */
    uint64_t sent_by_way[WAYS_MAX];        /* set once the backends are closed */
    bool cut_short;                        /* some probes were handed over and did not leave */
    bool receiving_ended;                  /* the rings are empty, and no frame arrives any more */
};

/*
 * survey_parts_open() sets up everything in the order of dependence. It sends nothing, and opens the results file
 * last. Returns EXIT_DONE, or the exit code after one line on stderr. A signal that ends the run must be blocked;
 * it ends the set-up too, and stays pending. survey_parts_close() may be called after any outcome.
 */
int survey_parts_open(struct survey *survey);
void survey_parts_close(struct survey *survey);

/* survey_status() reads all counters. `ledger.received` and the counters derived from it are final once the
 * filter is detached. */
void survey_status(const struct survey *survey, struct survey_status *out);

/* survey_device_counters() sums the growth of the counters, since the start, of the interfaces by which replies
 * come and probes leave. Interfaces that are gone count nothing. */
void survey_device_counters(const struct survey *survey, struct link_counters *grown);

/* survey_entrance_ledger() adds the counters of one entrance, from `arrived` to `redirect_failed`. */
void survey_entrance_ledger(const struct survey *survey, const struct entrance *entrance,
                            struct ledger *ledger);

/* survey_findings() may be called only after the receivers have ended. */
void survey_findings(const struct survey *survey, struct survey_findings *out);
