// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a running survey, and who sets them up and takes them apart. Private to userspace/survey/. */
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
    struct source **sources; /* one for every RX queue, among those of the survey */
    unsigned source_count;
    struct link_counters before; /* when nothing had been sent yet */
    enum bond_port bond;         /* before the filter was attached: survey/bond_wait.h */
};

/* A device that frames pass on their way out: an outlet, or what is below it. */
struct carrier {
    unsigned index, step;        /* those of a step share the frames */
    struct link_counters before; /* when nothing had been sent yet */
};

/* An interface by which probes leave, by one way or by several. */
struct outlet {
    unsigned way;           /* the first of those through it */
    struct outages outages; /* of its link; the main thread's */
    struct carrier carriers[OUTLET_CARRIERS_MAX];
    unsigned carrier_count;
    struct device_count count; /* in the end */
};

struct survey {
    const struct survey_config *config;

    /* The ways out and in; set up by survey_parts_open(). */
    const struct tx_ops *tx;  /* as configured, or chosen */
    char tx_why[TX_WHY_SIZE]; /* "": not chosen here */
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
    int vlan_let_in; /* held while the device is to take frames with our tag; 0: not needed */

    /* What is known of replies. */
    struct clock_pairing clock;
    struct answered answered;
    struct allowance allowance;
    const counter_t **probes_sent; /* one per sender */
    struct matcher matcher;
    struct graph *graph;
    struct discovery discovery; /* the main thread's */
    struct limits_watch limits; /* likewise */

    struct netlink_kept *inquiries; /* about links and neighbours, once no socket can be opened */
    struct sandbox sandbox;         /* as configured, or as the kernel allows it */
    struct late_files *late; /* whatever is opened or replaced after the set-up: survey/confinement.h */
    struct record_file results;
    struct capture_file capture;
    struct checkpoint checkpoint;
    struct recalled recalled; /* of the runs before this one */
    struct history history;
    struct list_reference targets_file, blocklist_file; /* beside the metadata */

    struct numa_home home;      /* of the first device */
    struct placement placement; /* which CPU each worker keeps to */
    struct sender_worker *senders;
    unsigned sender_count;
    struct receiver_worker *receivers;
    unsigned receiver_count;
    struct spacing spacing;      /* of all senders' probes, where bounds were asked for */
    struct answer_rings answers; /* between the two; without rings where the strategy hears none */
    enum urgency urgency;        /* of control, receivers and writer */

    /* How fast to send; the main thread's. */
    struct rate_control rate_control; /* where the rate is to be found */
    struct back_pressure back_pressure;
    uint64_t search_pressed; /* how often that slowed the search down */
    uint64_t search_waits;   /* how often strategies had waited */
    bool search_excused;     /* the step under way was paused, or had not enough to send */
    struct loss_judge loss_judge;
    bool losses_excused; /* by the judge, and it was told */
    uint64_t found_lost; /* of all losses, when the rate was found */
    double whole_rate;   /* what it takes its share of */
    double paced;        /* what the senders were told last */
    uint64_t warned_ns;  /* when it was last told of; 0: never */

    /* What programs are told while it runs; the main thread's. */
    struct reports {
        struct status_file status_file;
        struct prometheus_outlet metrics;
        struct metadata_renewal renewal;
        uint64_t metrics_due_ns, metadata_due_ns;
    } reports;

    /* What its operator asks for; the main thread's. */
    struct steering steering;
    struct blocklist_reload reload;
    struct live_control {
        struct control_socket *socket; /* NULL: none was asked for */
        struct reload_signal hangup;   /* where there is a blocklist to read again */
        const char *phase;             /* what the survey is doing */
        uint64_t served_ns;            /* when clients were last heard */
        int stop;                      /* the signal that one asked for; 0: none */
    } live;
    struct live_screen live_screen;

    uint64_t started_ns, sending_ended_ns; /* CLOCK_MONOTONIC; 0: not yet */
    struct tx_totals totals;               /* once the backends are closed */
    uint64_t sent_by_way[WAYS_MAX];        /* likewise */
    bool cut_short;                        /* probes had been handed over and did not leave */
    bool receiving_ended;                  /* the rings are empty, and nothing new comes */
};

/*
 * survey_parts_open() sets everything up in the order in which it depends on each other; nothing is sent, and
 * the results file is opened last. EXIT_DONE, or the exit code after one line on stderr. A signal that ends
 * the run, which must be blocked, ends the set-up too, and stays pending. survey_parts_close() is right after
 * every outcome.
 */
int survey_parts_open(struct survey *survey);
void survey_parts_close(struct survey *survey);

/* survey_status() reads all counters; `ledger.received` and what follows from it is final once the filter is
 * detached. */
void survey_status(const struct survey *survey, struct survey_status *out);

/* survey_device_counters() sums up what the interfaces of replies, and of probes, have counted since the
 * start. Those that are gone count nothing. */
void survey_device_counters(const struct survey *survey, struct link_counters *grown);

/* survey_entrance_ledger() adds what one interface of replies has counted, from `arrived` to `redirect_failed`. */
void survey_entrance_ledger(const struct survey *survey, const struct entrance *entrance,
                            struct ledger *ledger);

/* survey_findings() needs the receivers to have ended. */
void survey_findings(const struct survey *survey, struct survey_findings *out);
