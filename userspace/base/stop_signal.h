// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals that end a run: SIGINT, SIGTERM and SIGHUP, unless nohup(1) has had SIGHUP ignored or it has
 * another use (base/reload_signal.h).
 *
 * A run blocks them before it starts anything, and so in all threads, those of libraries too. From then on
 * none can end the process between two steps; whoever waits for long, or is done with a step of the set-up,
 * asks whether one has come. The kernel keeps that word, so nothing has to be passed down.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* stop_signals_block() blocks them in the calling thread, and so in those that it starts later. `out`, where
 * it is not NULL, gets their set. */
void stop_signals_block(sigset_t *out);

/* stop_signal_pending() says whether one has come since, that nobody has taken. */
bool stop_signal_pending(void);

/* stop_signal_take() takes one that has come: its number, or 0. */
int stop_signal_take(void);

/* stop_signals_open() blocks them, and stop_signals_wait() waits for one until the time is over: its number,
 * or 0. They stay blocked meanwhile, which they do not in sigtimedwait(2). */
struct stop_signals {
    sigset_t set;
    int fd; /* -1: without a descriptor sigtimedwait(2) it is */
};

void stop_signals_open(struct stop_signals *signals);
int stop_signals_wait(const struct stop_signals *signals, uint64_t timeout_ns);

/* stop_signals_wait_beside() also returns, with 0, as soon as one of two descriptors is readable; -1: none. */
int stop_signals_wait_beside(const struct stop_signals *signals, uint64_t timeout_ns, int one, int other);

void stop_signals_close(struct stop_signals *signals);
