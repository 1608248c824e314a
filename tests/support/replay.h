// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A survey in virtual time: a strategy against a world that is a function. Probes leave one by one at a rate;
 * answers come later, unless the hop's rate limit prevents them. What is found is compared with the world.
 * Used by the unit tests and by bench_adaptive.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/strategy.h"
#include "target/targets.h"

/* What a probe meets. */
struct replay_hop {
    struct address responder;
    bool answers;
    bool is_target;
    uint8_t distance; /* from this probe on all probes meet it */
    uint8_t limiter;  /* of the simulator's, by which it limits its errors (sim_limit.h); 0: by none */
};

/* A world defines for each target and TTL what is there. */
struct replay_world {
    struct replay_hop (*meet)(const void *context, uint64_t target, struct address address, unsigned ttl);
    const void *context;
};

struct replay_config {
    const struct strategy_ops *ops;
    const void *options; /* NULL: the strategy's defaults */
    const struct targets *targets;
    struct replay_world world;
    struct replay_world later; /* what the world becomes after `changes_at` probes; 0: it stays as it is */
    uint64_t changes_at;
    unsigned max_ttl;
    unsigned slices; /* senders that take turns, each with a strategy of its own */
    uint64_t seed;
    double rate;       /* probes per second, of all senders together */
    double rtt_s;      /* of an ordinary target; hops are nearer, some targets farther */
    double loss;       /* of probes and answers together */
    double stall_s;    /* in each second the machine stands still for this long: nothing leaves or is heard */
    double limit;      /* errors per second that each router sends at most; 0: all */
    double forged;     /* answers by invented routers to random probes, for each probe sent */
    uint64_t most;     /* number of probes after which the run is given up */
    uint64_t pause_at; /* after so many probes strategies are saved and others continue; 0: never */
};

struct replay_outcome {
    uint64_t targets, probes, answers;
    uint64_t near;                       /* of the probes, those of TTL 5 and less */
    uint64_t interfaces, links;          /* found */
    uint64_t all_interfaces, all_links;  /* that are there and answer */
    uint64_t last_links, all_last_links; /* likewise, to targets that answer */
    uint64_t most_in_flight;
    double seconds;  /* of virtual time */
    double cpu_s;    /* processor time that the strategies used, for probes and answers */
    bool ended;      /* before `most` */
    uint64_t digest; /* of all probes in their order */
};

/* replay_run() returns 0 or -ENOMEM, or the error of open(). */
int replay_run(const struct replay_config *config, struct replay_outcome *out);

/* replay_count_all() writes what is in the world to `out`; this depends only on the world. Returns 0 or
 * -ENOMEM. */
int replay_count_all(const struct replay_config *config, struct replay_outcome *out);
