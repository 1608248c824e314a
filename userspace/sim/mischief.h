// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kinds of fault do, each in a thread of its own. Private to fault.c, mischief.c and mischief_run.c.
 *
 * The process that is probed keeps no privilege (host/sandbox.h): kinds that need one while they run are
 * threads of another, which shares what is below and ends with it.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/counter.h"
#include "send/packet_ring.h"
#include "sim/fault.h"

struct mischief_worker;

struct sim_fault_kind {
    const char *name, *more, *help; /* as struct choice has them */
    option_parser *parse;           /* of VALUE; NULL: it takes none */
    size_t offset;                  /* where in struct sim_fault it goes */
    uint64_t at_ns, duration_ns;
    double rate;     /* what holds where nothing is said */
    bool needs_line; /* see sim_faults_need_line() */
    bool sends;      /* by a ring that is opened first */
    bool privileged;
    int (*run)(struct mischief_worker *worker);
};

struct mischief_worker {
    struct sim_mischief *mischief;
    struct sim_fault fault;
    struct packet_ring ring; /* of kinds that send, in the world */
    counter_t sent;          /* likewise */
    pthread_t thread;
    bool started;
};

struct sim_mischief {
    struct sim_fault_scene scene;
    _Atomic bool stop;
    pid_t process; /* of kinds that need privileges; 0: there are none */
    unsigned count;
    struct mischief_worker workers[SIM_FAULTS_MAX];
};

/* mischief_is_stopped() says whether the thread shall end; mischief_wait() waits until `ns` on
 * CLOCK_MONOTONIC, false where the thread shall end before. */
bool mischief_is_stopped(const struct mischief_worker *worker);
bool mischief_wait(const struct mischief_worker *worker, uint64_t ns);

/* Each does what its fault is, and returns 0 or a negative errno. */
int mischief_cut_link(struct mischief_worker *worker);
int mischief_change_mac(struct mischief_worker *worker);
int mischief_overrun_receiver(struct mischief_worker *worker);
int mischief_flood(struct mischief_worker *worker); /* this and the next until they are stopped */
int mischief_replay(struct mischief_worker *worker);
