// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/write_signals.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

void write_signals_hold(struct write_signals *signals)
{
    sigemptyset(&signals->ours);
    sigaddset(&signals->ours, SIGPIPE);
    sigaddset(&signals->ours, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signals->ours, &signals->before);
}

int write_signals_release(const struct write_signals *signals, int error)
{
    if (error == -EPIPE || error == -EFBIG)
        sigtimedwait(&signals->ours, NULL, &(struct timespec){0});
    pthread_sigmask(SIG_SETMASK, &signals->before, NULL);
    return error;
}
