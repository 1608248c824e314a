// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals that end a run: SIGINT, SIGTERM, and also SIGHUP unless nohup(1) made the program ignore it or it has
 * another use (base/reload_signal.h).
 *
 * A run blocks them before it starts anything, so that they are blocked in all threads, also in those of
 * libraries. From then on no signal can end the process between two steps. Code that waits for long, or that
 * has finished a step of the set-up, checks whether a signal is pending. The kernel stores this state, so no
 * flag has to be passed to other functions.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* stop_signals_block() blocks them in the calling thread and in the threads that this starts later. It writes
 * their set to `out` if that is not NULL. */
void stop_signals_block(sigset_t *out);

/* stop_signal_pending() returns whether one has come since and was not taken. */
bool stop_signal_pending(void);

/* stop_signal_take() takes a pending signal and returns its number, or 0 if there is none. */
int stop_signal_take(void);

/* stop_signals_open() blocks them. stop_signals_wait() waits for one until the time is over and returns its
 * number, or 0. They stay blocked meanwhile, unlike in sigtimedwait(2). */
struct stop_signals {
    sigset_t set;
    int fd; /* -1: no descriptor was available, so sigtimedwait(2) is used */
};

void stop_signals_open(struct stop_signals *signals);
int stop_signals_wait(const struct stop_signals *signals, uint64_t timeout_ns);

/* stop_signals_wait_beside() also returns, with 0, as soon as one of two descriptors is readable; -1: none. */
int stop_signals_wait_beside(const struct stop_signals *signals, uint64_t timeout_ns, int one, int other);

void stop_signals_close(struct stop_signals *signals);
