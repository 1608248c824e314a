// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads for measurements, each pinned to a CPU of its own as long as there are enough. The measured threads
 * have the first places; threads that work for them, such as a writer or a traffic source, have the places
 * behind.
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
    void (*begin)(void *context); /* called first in the thread; NULL: nothing */
    /* step() returns whether there was something to do, or a negative errno, which ends the thread. */
    int (*step)(void *context);
    void (*end)(void *context); /* called last in the thread; NULL: nothing */
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

/* crew_cpus_read() stores which CPUs the calling thread may use. */
void crew_cpus_read(struct crew_cpus *cpus);

/* crew_pin() restricts the calling thread, and threads that it starts later, to the CPU of a place; places
 * beyond the last CPU start again at the first. crew_unpin() ends the restriction. */
void crew_pin(const struct crew_cpus *cpus, unsigned place);
void crew_unpin(const struct crew_cpus *cpus);

/* crew_start() starts the thread on the CPU of a place. Returns 0 or a negative errno. The member must not be
 * moved until crew_stop(). crew_stop() may also be called for a member that was never started; it returns the
 * member's error. */
int crew_start(struct crew_member *member, const struct crew_cpus *cpus, unsigned place);
int crew_stop(struct crew_member *member);
