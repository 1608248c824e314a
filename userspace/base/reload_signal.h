// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIGHUP for a run that has files to read again, as a daemon's user expects, and still the end of a run whose
 * terminal is gone, as everybody else does. Who sends it cannot be told from the signal: shells pass on what
 * they get. So the terminal is asked.
 *
 *     kill -HUP, systemctl reload     read again
 *     the terminal hung up            the end, as for any program; nohup(1): read again, and go on
 *
 * From reload_signal_open() on SIGHUP is none of those that end a run (base/stop_signal.h), so one that comes
 * in the set-up waits until it is taken.
 */
#pragma once

enum reload_news {
    RELOAD_NO_NEWS,
    RELOAD_ASKED_FOR,
    RELOAD_HUNG_UP,
};

struct reload_signal {
    int fd;       /* readable: there is news; -1: not open, or there was no descriptor: ask now and then */
    int terminal; /* that may hang up; -1: none */
};

/* reload_signal_open() blocks SIGHUP in the calling thread, and so in those that it starts later; to be called
 * before stop_signals_open(). */
void reload_signal_open(struct reload_signal *signal);

/* reload_signal_take() takes one that has come. */
enum reload_news reload_signal_take(const struct reload_signal *signal);

void reload_signal_close(struct reload_signal *signal);
