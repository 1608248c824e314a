// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/reload_signal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop_signal.h"

/* A process that has no terminal, as a daemon; its exit status. */
static int in_session_of_its_own(int (*run)(void))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        setsid();
        _exit(run());
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "ended by a signal");
    return WEXITSTATUS(status);
}

static bool is_readable(int fd)
{
    struct pollfd state = {.fd = fd, .events = POLLIN};

    return poll(&state, 1, 0) > 0;
}

static int asked_for(void)
{
    struct reload_signal hangup;
    struct stop_signals stop;

    reload_signal_open(&hangup);
    stop_signals_open(&stop);
    if (reload_signal_take(&hangup) != RELOAD_NO_NEWS || is_readable(hangup.fd))
        return 1;
    for (int i = 0; i < 2; i++) {
        raise(SIGHUP);
        if (stop_signal_pending() || stop_signal_take() || !is_readable(hangup.fd))
            return 2;
        if (reload_signal_take(&hangup) != RELOAD_ASKED_FOR || is_readable(hangup.fd))
            return 3;
    }
    raise(SIGTERM);
    raise(SIGHUP);
    if (stop_signals_wait_beside(&stop, UINT64_C(1000000000), hangup.fd, -1) != SIGTERM)
        return 4;
    return stop_signals_wait_beside(&stop, UINT64_C(60000000000), hangup.fd, -1) ? 5 : 0;
}

Test(reload_signal, ends_nothing, .timeout = 20)
{
    cr_expect_eq(in_session_of_its_own(asked_for), 0);
}

/* The exit status is the news. */
static int terminal_hangs_up(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct reload_signal hangup;

    if (master < 0 || grantpt(master) || unlockpt(master))
        return 100;
    int terminal = open(ptsname(master), O_RDWR);
    if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0))
        return 101;
    reload_signal_open(&hangup);
    raise(SIGHUP);
    if (reload_signal_take(&hangup) != RELOAD_ASKED_FOR)
        return 102;
    close(master);
    enum reload_news news = RELOAD_NO_NEWS;
    for (int i = 0; i < 1000 && news == RELOAD_NO_NEWS; i++) {
        usleep(1000);
        news = reload_signal_take(&hangup);
    }
    return (int)news;
}

static int terminal_hangs_up_on_nohup(void)
{
    signal(SIGHUP, SIG_IGN);
    return terminal_hangs_up();
}

Test(reload_signal, a_terminal_that_hangs_up_is_the_end)
{
    cr_expect_eq(in_session_of_its_own(terminal_hangs_up), RELOAD_HUNG_UP);
    cr_expect_eq(in_session_of_its_own(terminal_hangs_up_on_nohup), RELOAD_ASKED_FOR);
}
