// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/terminal_signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t terminal_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    sigaddset(&set, SIGWINCH);
    return set;
}

int terminal_signals_open(void)
{
    const sigset_t set = terminal_signals();
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

    if (fd >= 0)
        pthread_sigmask(SIG_BLOCK, &set, NULL);
    return fd;
}

bool terminal_signals_take(int fd, struct screen *screen)
{
    struct signalfd_siginfo info;
    bool any = false;

    for (; read(fd, &info, sizeof(info)) == sizeof(info); any = true)
        if (info.ssi_signo == SIGTSTP)
            screen_suspend(screen);
    return any;
}

void terminal_signals_close(int fd)
{
    const sigset_t set = terminal_signals();

    if (fd < 0)
        return;
    close(fd);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
