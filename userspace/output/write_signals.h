// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps the signals of a failing write, SIGPIPE and SIGXFSZ, from the process while one of its threads
 * writes. Such a write then only returns an error.
 */
#pragma once

#include <signal.h>

struct write_signals {
    sigset_t ours, before;
};

/* write_signals_hold() blocks both signals in the calling thread. write_signals_release() restores the
 * previous mask, after removing the signal that a write with `error` (a negative errno, or 0) has raised. It
 * returns `error`. */
void write_signals_hold(struct write_signals *signals);
int write_signals_release(const struct write_signals *signals, int error);
