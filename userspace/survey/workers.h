// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The threads of a survey around the steps of the engine: senders (one TX backend each) and receivers (one or
 * more RX queues each). They share nothing but rings, counters and the flags below.
 *
 * Order: what the survey tells is complete in one word, so that relaxed loads find it. `ended_ns` comes after
 * `error`, and both are sequentially consistent. What a thread wrote is read once it has been joined. A
 * receiver loads `stop` by acquire before it looks at its rings: what arrived before the flag was set is
 * taken. So does a sender with `paused` before it looks at what else it is told: whoever goes on has obeyed it.
 */
#pragma once

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "engine/receiver.h"
#include "engine/sender.h"
#include "knowledge/graph.h"
#include "survey/snapshot.h"

enum sender_order {
    SENDER_SEND,
    SENDER_WAIT, /* for the link: nothing leaves */
    SENDER_END,  /* the device is gone: with -ENODEV */
};

struct sender_worker {
    _Alignas(CACHE_LINE) struct sender sender; /* no cache line of one worker is another's too */
    cpu_set_t cpus; /* where the thread runs; empty: wherever the scheduler likes */
    pthread_t thread;
    bool started;
    _Atomic bool go;           /* set by the survey once the pacer knows when to begin */
    _Atomic bool stop;         /* set by the survey: send no more */
    _Atomic uint64_t next_hop; /* set by the survey: the bytes of another Ethernet address, and behind them
                                  the number of its way; 0: none */
    _Atomic uint64_t rate;     /* set by the survey: the bits of another rate to send at; 0: none */
    _Atomic unsigned order;    /* set by the survey: enum sender_order */
    _Atomic bool paused;       /* set by the survey: nothing leaves, whatever the order is */
    _Atomic(const struct address_set *) blocklist; /* set by the survey: another one; NULL: none */
    _Atomic(const struct address_set *) obeyed;    /* set by the thread: the last of those that it came to */
    struct snapshot snapshot;                      /* which the checkpoint asks for */
    _Atomic int error;                             /* 0, or the negative errno that ended it */
    _Atomic uint64_t ended_ns; /* set by the thread last of all: when it ended; 0: it has not */
};

struct receiver_worker {
    _Alignas(CACHE_LINE) struct receiver receiver; /* with a handle of the graph that no thread has entered */
    cpu_set_t cpus;                                /* as above */
    pthread_t thread;
    bool started;
    _Atomic bool begun; /* set by the thread, which is as urgent as it may be (host/urgency.h) */
    _Atomic bool stop;  /* set by the survey once nothing more can arrive: empty the rings and end */
};

/* sender_worker_start() and receiver_worker_start() start the thread; 0 or a negative errno. A sender waits
 * for sender_worker_go() before it sends anything: until then a survey can still be given up. A receiver has
 * raised itself then: privileges may go. */
int sender_worker_start(struct sender_worker *worker);
int receiver_worker_start(struct receiver_worker *worker);
void sender_worker_go(struct sender_worker *worker);

/* sender_worker_redirect() has the probes of a way sent to another next hop, as soon as the thread comes to
 * it. False where it has not come to the one before yet: to be called again later. */
bool sender_worker_redirect(struct sender_worker *worker, unsigned way, const uint8_t next_hop_mac[6]);

/* sender_worker_pace() has probes sent at another rate, above 0, as soon as the thread comes to it. */
void sender_worker_pace(struct sender_worker *worker, double rate);

/* sender_worker_tell() has it wait for the link, go on, or end, as soon as the thread comes to it. */
void sender_worker_tell(struct sender_worker *worker, enum sender_order order);

/* sender_worker_pause() has it send nothing, or go on, as soon as the thread comes to it. It does not catch
 * up. */
void sender_worker_pause(struct sender_worker *worker, bool paused);

/* sender_worker_leave_out() gives it another blocklist, which may be empty and is not NULL, as soon as the
 * thread comes to it; the one before is still its own until sender_worker_leaves_out() says that it has. */
void sender_worker_leave_out(struct sender_worker *worker, const struct address_set *blocklist);
bool sender_worker_leaves_out(const struct sender_worker *worker, const struct address_set *blocklist);
/* sender_worker_halt() tells the thread to stop and does not wait. */
void sender_worker_halt(struct sender_worker *worker);

/* Both tell the thread to stop and wait for it; right also for workers that never started. */
void sender_worker_stop(struct sender_worker *worker);
void receiver_worker_stop(struct receiver_worker *worker);
