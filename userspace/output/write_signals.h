// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The signals of a write that fails, SIGPIPE and SIGXFSZ, kept from the process while one of its threads writes. Such a
 * write then returns an error, and nothing else happens.
 */
#pragma once

#include <signal.h>

struct write_signals {
    sigset_t ours, before;
};

/* write_signals_hold() blocks both signals in the calling thread. write_signals_release() restores the mask of before,
 * and first takes back the signal that a write with `error` (a negative errno, or 0) has raised. It returns `error`. */
void write_signals_hold(struct write_signals *signals);
int write_signals_release(const struct write_signals *signals, int error);
