// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads to measure with, each pinned to a CPU of its own as long as there are enough. Those measured have
 * the first places; what works for them, or against them, has the places behind.
 */
#pragma once

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

/* The CPUs that the process may use. */
struct crew_cpus {
    cpu_set_t set;
};

struct crew_ops {
    void (*begin)(void *context); /* in the thread, first of all; NULL: nothing */
    /* step() returns whether there was something to do, or a negative errno that ends the thread. */
    int (*step)(void *context);
    void (*end)(void *context); /* in the thread, last of all; NULL: nothing */
};

struct crew_member {
    const struct crew_ops *ops;
    void *context;
    pthread_t thread;
    bool started;
    _Atomic bool stop;
    _Atomic bool idle; /* the last step found nothing to do, or the thread has ended */
    _Atomic int error; /* 0, or the negative errno that ended it */
};

/* crew_cpus_read() remembers what the calling thread may use. */
void crew_cpus_read(struct crew_cpus *cpus);

/* crew_pin() keeps the calling thread, and those that it starts from then on, on the CPU of a place; places
 * beyond the last CPU begin at the first again. crew_unpin() lets it run everywhere again. */
void crew_pin(const struct crew_cpus *cpus, unsigned place);
void crew_unpin(const struct crew_cpus *cpus);

/* crew_start() starts the thread on the CPU of a place; 0 or a negative errno. The member stays where it is
 * until crew_stop(), which is right also for one that never started, and returns its error. */
int crew_start(struct crew_member *member, const struct crew_cpus *cpus, unsigned place);
int crew_stop(struct crew_member *member);
