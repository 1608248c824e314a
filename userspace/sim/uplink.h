// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet as a host sees it: a namespace whose default route leads into it.
 *
 *   host namespace                          world namespace
 *   [ uplink 198.18.0.2/30 ] ---- veth ---- [ XDP responder, gateway 198.18.0.1 ]
 *
 * Both namespaces are unnamed and live as long as this process. Kinds of uplink (XDP responder, a chain of
 * real Linux routers, …) stand in one table, a file each.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "sim_topology.h"

/* The options of `hopwire sim …` and the keys of --sim=…: one table for both. */
struct sim_options {
    const char *topology; /* "synthetic" */
    const char *realism;  /* "internet" or "ideal" */
    uint64_t seed;
    uint32_t queues;             /* RX/TX queues of the veth pair */
    uint32_t silent_permille;    /* of the routers; UINT32_MAX: as the realism says */
    uint32_t answering_permille; /* of the targets; likewise */
};

extern const struct option_spec sim_option_specs[];
struct sim_options sim_options_default(void);

/* sim_options_resolve() checks the options together and makes the parameters of the topology.
 * 0, or -EINVAL after one line on stderr. */
int sim_options_resolve(const struct sim_options *options, struct sim_topology *topology);

/* For the metadata, and back. The JSON object belongs to the caller; text values borrow from `object`. */
json_t *sim_options_json(const struct sim_options *options);
int sim_options_from_json(const json_t *object, struct sim_options *options);

struct sim_uplink;

struct sim_uplink_counters {
    uint64_t received, time_exceeded, port_unreachable, silent, ignored;
};

/*
 * sim_uplink_open() makes the namespaces, the pair and the responder, and moves the calling thread into the
 * host namespace; threads started afterwards live there too. 0, or a negative errno after one line on stderr.
 */
int sim_uplink_open(struct sim_uplink **out, const struct sim_topology *topology, unsigned queues);

const char *sim_uplink_interface(const struct sim_uplink *uplink); /* the name of the host's device */
int sim_uplink_counters(const struct sim_uplink *uplink, struct sim_uplink_counters *out);

/* sim_uplink_close() brings the calling thread back into its first namespace and lets go of everything. */
void sim_uplink_close(struct sim_uplink *uplink);
