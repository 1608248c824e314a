// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/stop_signal.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

enum {
    STOP_SIGNALS = sizeof(stop_signals) / sizeof(stop_signals[0]),
};

/* A blocked signal is pending even if it is ignored. For SIGINT and SIGTERM this is wanted: shells start
 * background jobs with SIGINT ignored, but `kill -INT` must end them. SIGHUP ends nothing if it is ignored,
 * or has a use of its own (base/reload_signal.h). */
static bool ends_nothing(int number)
{
    struct sigaction action;

    return number == SIGHUP && sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL;
}

void stop_signals_block(sigset_t *out)
{
    sigset_t set;

    sigemptyset(&set);
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (!ends_nothing(stop_signals[i]))
            sigaddset(&set, stop_signals[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (out)
        *out = set;
}

static void pending_set(sigset_t *pending)
{
    sigemptyset(pending);
    sigpending(pending);
}

bool stop_signal_pending(void)
{
    sigset_t pending;

    pending_set(&pending);
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (sigismember(&pending, stop_signals[i]) && !ends_nothing(stop_signals[i]))
            return true;
    return false;
}

int stop_signal_take(void)
{
    sigset_t pending, wanted;

    pending_set(&pending);
    sigemptyset(&wanted);
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (sigismember(&pending, stop_signals[i]) && !ends_nothing(stop_signals[i]))
            sigaddset(&wanted, stop_signals[i]);
    int taken = sigtimedwait(&wanted, NULL, &(struct timespec){0});

    return taken > 0 ? taken : 0;
}

void stop_signals_open(struct stop_signals *signals)
{
    stop_signals_block(&signals->set);
    signals->fd = signalfd(-1, &signals->set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int stop_signals_wait(const struct stop_signals *signals, uint64_t timeout_ns)
{
    return stop_signals_wait_beside(signals, timeout_ns, -1, -1);
}

int stop_signals_wait_beside(const struct stop_signals *signals, uint64_t timeout_ns, int one, int other)
{
    const struct timespec timeout = {(time_t)(timeout_ns / NS_PER_S), (long)(timeout_ns % NS_PER_S)};
    struct pollfd readable[] = {
        {.fd = signals->fd, .events = POLLIN},
        {.fd = one, .events = POLLIN},
        {.fd = other, .events = POLLIN},
    };

    if (signals->fd >= 0)
        return ppoll(readable, sizeof(readable) / sizeof(readable[0]), &timeout, NULL) > 0 &&
                       readable[0].revents
                   ? stop_signal_take()
                   : 0;
    int taken = sigtimedwait(&signals->set, NULL, &timeout);

    return taken > 0 ? taken : 0;
}

void stop_signals_close(struct stop_signals *signals)
{
    if (signals->fd >= 0)
        close(signals->fd);
    signals->fd = -1;
}
