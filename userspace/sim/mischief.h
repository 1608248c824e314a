// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kinds of fault do, each in a thread of its own. Private to fault.c and mischief.c. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/counter.h"
#include "sim/fault.h"

struct mischief_worker {
    struct sim_mischief *mischief;
    struct sim_fault fault;
    counter_t sent; /* of kinds that send */
    pthread_t thread;
    bool started;
};

struct sim_mischief {
    struct sim_fault_scene scene;
    _Atomic bool stop;
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
