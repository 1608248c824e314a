// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/stop_signal.h"

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

Test(stop_signal, waits_until_it_is_taken)
{
    sigset_t blocked;

    stop_signals_block(&blocked);
    cr_expect_not(stop_signal_pending());
    cr_expect_eq(stop_signal_take(), 0);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        cr_expect(sigismember(&blocked, numbers[i]));
        cr_assert_eq(kill(getpid(), numbers[i]), 0);
        cr_expect(stop_signal_pending());
        cr_expect(stop_signal_pending(), "to ask does not take it");
        cr_expect_eq(stop_signal_take(), numbers[i]);
        cr_expect_not(stop_signal_pending());
    }
}

Test(stop_signal, others_end_no_run)
{
    sigset_t other;

    stop_signals_block(NULL);
    sigemptyset(&other);
    sigaddset(&other, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &other, NULL);
    cr_assert_eq(kill(getpid(), SIGUSR1), 0);
    cr_expect_not(stop_signal_pending());
    cr_expect_eq(stop_signal_take(), 0);
}

Test(stop_signal, nohup_is_respected)
{
    sigset_t blocked;

    signal(SIGHUP, SIG_IGN);
    stop_signals_block(&blocked);
    cr_expect_not(sigismember(&blocked, SIGHUP));
    cr_assert_eq(kill(getpid(), SIGHUP), 0);
    cr_expect_not(stop_signal_pending());
}
