// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The threads of a survey around the steps of the engine: senders (one TX backend each) and receivers (one or
 * more RX queues each). They share nothing but rings, counters and the flags below.
 *
 * Order: each of the survey's orders fits in one word, so relaxed loads suffice. The thread stores `ended_ns`
 * after `error`, and both are sequentially consistent. Other data of a thread is read after it was joined. A
 * receiver loads `stop` by acquire before it reads its rings, so it takes all that arrived before the flag was
 * set. A sender loads `paused` in the same way before it reads its other orders, so a sender that continues has
 * obeyed them.
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
    _Alignas(CACHE_LINE) struct sender sender; /* no cache line is shared with another worker */
    cpu_set_t cpus;                            /* where the thread runs; empty: anywhere */
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
    _Atomic(const struct address_set *) obeyed;    /* set by the thread: the last blocklist that it took */
    struct snapshot snapshot;                      /* used by the checkpoint */
    _Atomic int error;                             /* 0, or the negative errno that ended it */
    _Atomic uint64_t ended_ns; /* set by the thread as its last action: when it ended; 0: it has not */
};

struct receiver_worker {
    _Alignas(CACHE_LINE) struct receiver receiver; /* no thread may use its graph handle yet */
    cpu_set_t cpus;                                /* as above */
    pthread_t thread;
    bool started;
    _Atomic bool begun; /* set by the thread, once it has the urgency that it may have (host/urgency.h) */
    _Atomic bool stop;  /* set by the survey when nothing more can arrive: empty the rings and end */
};

/* sender_worker_start() and receiver_worker_start() start the thread. They return 0 or a negative errno. A
 * sender waits for sender_worker_go() before it sends anything, so until then a survey can still be given
 * up. When receiver_worker_start() returns, the thread has raised its urgency, so privileges can be given
 * up. */
int sender_worker_start(struct sender_worker *worker);
int receiver_worker_start(struct receiver_worker *worker);
void sender_worker_go(struct sender_worker *worker);

/* sender_worker_redirect() makes the thread send the probes of a way to another next hop, from its next look
 * at its orders. Returns false where it has not taken the previous order yet; call it again later. */
bool sender_worker_redirect(struct sender_worker *worker, unsigned way, const uint8_t next_hop_mac[6]);

/* sender_worker_pace() makes the thread send at another rate, above 0, from its next look at its orders. */
void sender_worker_pace(struct sender_worker *worker, double rate);

/* sender_worker_tell() makes the thread wait for the link, continue, or end, at its next look at its orders. */
void sender_worker_tell(struct sender_worker *worker, enum sender_order order);

/* sender_worker_pause() makes the thread send nothing, or continue, at its next look at its orders. It does
 * not catch up. */
void sender_worker_pause(struct sender_worker *worker, bool paused);

/* sender_worker_leave_out() gives the thread another blocklist, which may be empty and must not be NULL. The
 * thread takes it at its next look at its orders. It may use the previous list until
 * sender_worker_leaves_out() returns true for the new one. */
void sender_worker_leave_out(struct sender_worker *worker, const struct address_set *blocklist);
bool sender_worker_leaves_out(const struct sender_worker *worker, const struct address_set *blocklist);
/* sender_worker_halt() orders the thread to stop and does not wait. */
void sender_worker_halt(struct sender_worker *worker);

/* Both order the thread to stop and wait until it has. They may also be called for workers that never
 * started. */
void sender_worker_stop(struct sender_worker *worker);
void receiver_worker_stop(struct receiver_worker *worker);
