// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/stop_signal.h"

void signals_open(struct signals *signals)
{
    sigset_t set;

    stop_signals_block(&set);
    *signals = (struct signals){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (signals->fd < 0)
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

bool signals_read(struct signals *signals)
{
    struct signalfd_siginfo info;

    while (signals->fd >= 0 && read(signals->fd, &info, sizeof(info)) == sizeof(info))
        if (!signals->received)
            signals->received = (int)info.ssi_signo;
    return signals->received != 0;
}

void signals_close(struct signals *signals)
{
    if (signals->fd >= 0)
        close(signals->fd);
    signals->fd = -1;
}
