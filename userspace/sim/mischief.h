// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The actions of the kinds of fault, each in a thread of its own. Private to fault.c, mischief.c and
 * mischief_run.c.
 *
 * The probing process keeps no privileges (host/sandbox.h). So kinds that need a privilege while they run are
 * threads of another process, which shares the memory below and ends with the first one.
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
    const char *name, *more, *help; /* as in struct choice */
    option_parser *parse;           /* for VALUE; NULL: no value */
    size_t offset;                  /* of the value in struct sim_fault */
    uint64_t at_ns, duration_ns;
    double rate;     /* this and the two above are the defaults */
    bool needs_line; /* see sim_faults_need_line() */
    bool sends;      /* through a ring that is opened first */
    bool privileged;
    int (*run)(struct mischief_worker *worker);
};

struct mischief_worker {
    struct sim_mischief *mischief;
    struct sim_fault fault;
    struct packet_ring ring; /* for kinds that send; in the world */
    counter_t sent;          /* likewise */
    pthread_t thread;
    bool started;
};

struct sim_mischief {
    struct sim_fault_scene scene;
    _Atomic bool stop;
    pid_t process; /* for kinds that need privileges; 0: none */
    unsigned count;
    struct mischief_worker workers[SIM_FAULTS_MAX];
};

/* mischief_is_stopped() returns whether the thread must end. mischief_wait() waits until `ns` on
 * CLOCK_MONOTONIC; it returns false if the thread must end before. */
bool mischief_is_stopped(const struct mischief_worker *worker);
bool mischief_wait(const struct mischief_worker *worker, uint64_t ns);

/* Each carries out its fault, and returns 0 or a negative errno. */
int mischief_cut_link(struct mischief_worker *worker);
int mischief_change_mac(struct mischief_worker *worker);
int mischief_overrun_receiver(struct mischief_worker *worker);
int mischief_flood(struct mischief_worker *worker); /* this and the next run until they are stopped */
int mischief_replay(struct mischief_worker *worker);
