// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/status_signal.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int status_signal_open(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGQUIT);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd >= 0)
        pthread_sigmask(SIG_BLOCK, &set, NULL);
    return fd;
}

bool status_signal_read(int fd)
{
    struct signalfd_siginfo info;
    bool came = false;

    while (fd >= 0 && read(fd, &info, sizeof(info)) == sizeof(info))
        came = true;
    return came;
}

void status_signal_close(int fd)
{
    if (fd >= 0)
        close(fd);
}
