// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults on demand: what goes wrong around a survey. Times are counted from the first packet that the host
 * sends. Each fault runs in a thread of its own while the uplink exists. A kind of fault is one line in the
 * table of fault.c, and a function.
 */
#pragma once

#include <stdint.h>

#include "base/options.h"
#include "packet/layout.h"
#include "sim/line.h"
#include "sim/responder.h"

enum {
    SIM_FAULTS_MAX = 8,
};

struct sim_fault_kind;

struct sim_fault {
    const struct sim_fault_kind *kind;
    uint64_t at_ns;       /* after the first packet */
    uint64_t duration_ns; /* for kinds with a duration */
    double rate;          /* for kinds that send: packets per second */
};

struct sim_faults {
    struct sim_fault list[SIM_FAULTS_MAX];
    unsigned count;
};

/* Parses KIND[@TIME][:VALUE] and adds the fault. */
choice_at sim_fault_choices;
OPTION_PARSER(sim_option_fault, struct sim_faults);

/* sim_faults_need_line() returns whether replies must pass through the line (line.h), for a fault to work or
 * for its effect to be counted. */
bool sim_faults_need_line(const struct sim_faults *faults);

/* The surroundings of faults; all of it outlives them. */
struct sim_fault_scene {
    int host_netns, world_netns;
    unsigned host_index, world_index; /* of the devices */
    const uint8_t *host_mac, *gateway_mac;
    struct layout_pair layouts; /* of the probes to which replies are forged */
    struct sim_responder *responder;
    struct sim_line *line; /* NULL: none */
};

struct sim_mischief;

/* sim_mischief_start() starts the threads. Returns 0 or a negative errno. */
int sim_mischief_start(struct sim_mischief **out, const struct sim_faults *faults,
                       const struct sim_fault_scene *scene);

/* Replies sent so far: forged ones, and true ones sent again for probes already answered. */
struct sim_mischief_counters {
    uint64_t forged, replayed;
};

/* sim_mischief_counters() may be called from any thread; NULL counts as none sent. Replies are counted some time
 * after they have left. */
void sim_mischief_counters(const struct sim_mischief *mischief, struct sim_mischief_counters *out);

/* sim_mischief_end() ends the threads, and so the faults: from then on the counters are final.
 * sim_mischief_close() does the same and frees everything. Both allow NULL. */
void sim_mischief_end(struct sim_mischief *mischief);
void sim_mischief_close(struct sim_mischief *mischief);
