// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SIGHUP for a run that can read files again. Users of a daemon expect that SIGHUP makes it do so; everybody
 * else expects that it ends a run whose terminal is closed. The signal does not show which of the two is meant,
 * because shells pass it on. So the terminal is checked.
 *
 *     kill -HUP, systemctl reload     read again
 *     the terminal hung up            the end, as for any program; nohup(1): read again, and go on
 *
 * After reload_signal_open(), SIGHUP is not among the signals that end a run (base/stop_signal.h): a SIGHUP
 * that comes during the set-up stays pending until it is taken.
 */
#pragma once

enum reload_news {
    RELOAD_NO_NEWS,
    RELOAD_ASKED_FOR,
    RELOAD_HUNG_UP,
};

struct reload_signal {
    int fd;       /* readable if there is news; -1: not open, or no descriptor was available: the caller
                   * polls */
    int terminal; /* that may be closed; -1: none */
};

/* reload_signal_open() blocks SIGHUP in the calling thread and in the threads that this starts later. Call it
 * before stop_signals_open(). */
void reload_signal_open(struct reload_signal *signal);

/* reload_signal_take() takes a pending SIGHUP and returns what it means. */
enum reload_news reload_signal_take(const struct reload_signal *signal);

void reload_signal_close(struct reload_signal *signal);
