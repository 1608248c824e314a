// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/reload_signal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static void do_nothing(int number)
{
    (void)number;
}

static bool is_ignored(void)
{
    struct sigaction action;

    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static sigset_t hangup_set(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    return set;
}

/* The handler is never called, since the signal stays blocked: it only makes the kernel keep the signal
 * pending, so that it ends nothing. */
void reload_signal_open(struct reload_signal *signal)
{
    const struct sigaction nothing = {.sa_handler = do_nothing};
    sigset_t set = hangup_set();

    signal->terminal = is_ignored() ? -1 : open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGHUP, &nothing, NULL);
    signal->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool hung_up(int terminal)
{
    struct pollfd state = {.fd = terminal};

    return terminal >= 0 && poll(&state, 1, 0) > 0 && state.revents & POLLHUP;
}

enum reload_news reload_signal_take(const struct reload_signal *signal)
{
    sigset_t set = hangup_set();

    if (sigtimedwait(&set, NULL, &(struct timespec){0}) != SIGHUP)
        return RELOAD_NO_NEWS;
    return hung_up(signal->terminal) ? RELOAD_HUNG_UP : RELOAD_ASKED_FOR;
}

void reload_signal_close(struct reload_signal *signal)
{
    if (signal->fd >= 0)
        close(signal->fd);
    if (signal->terminal >= 0)
        close(signal->terminal);
    *signal = (struct reload_signal){-1, -1};
}
