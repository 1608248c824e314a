// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/urgency.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "table.h"

static void *tell_policy(void *out)
{
    *(int *)out = sched_getscheduler(0);
    return NULL;
}

static void *raise_and_start(void *out)
{
    pthread_t thread;

    *(enum urgency *)out = urgency_raise();
    int policy = -1;
    cr_assert_eq(pthread_create(&thread, NULL, tell_policy, &policy), 0);
    pthread_join(thread, NULL);
    cr_expect_eq(policy, SCHED_OTHER, "what an urgent thread starts is ordinary");
    if (*(enum urgency *)out == URGENCY_REAL_TIME)
        cr_expect_eq(sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_RR);
    if (*(enum urgency *)out == URGENCY_RAISED)
        cr_expect_lt(getpriority(PRIO_PROCESS, 0), 0);
    return NULL;
}

static enum urgency raised(void)
{
    enum urgency urgency;
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, raise_and_start, &urgency), 0);
    pthread_join(thread, NULL);
    cr_expect_eq(sched_getscheduler(0), SCHED_OTHER, "and nobody else is urgent");
    return urgency;
}

Test(urgency, is_what_is_allowed)
{
    enum urgency before = raised();

    cr_expect(before == URGENCY_REAL_TIME || geteuid() != 0);
    /* Without CAP_SYS_NICE and limits. */
    if (geteuid() != 0)
        return;
    setrlimit(RLIMIT_RTPRIO, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_NICE, &(struct rlimit){0, 0});
    cr_assert_eq(seteuid(65534), 0);
    cr_expect_eq(raised(), URGENCY_ORDINARY);
}

Test(urgency, rests_a_tenth_of_its_time)
{
    static const struct {
        enum urgency level;
        uint64_t busy_ns;
        bool rests;
    } rows[] = {
        {URGENCY_REAL_TIME, URGENCY_STINT_NS - 1, false},
        {URGENCY_REAL_TIME, URGENCY_STINT_NS, true},
        {URGENCY_RAISED, URGENCY_STINT_NS, false},
        {URGENCY_ORDINARY, URGENCY_STINT_NS, false},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        uint64_t began = clock_now_ns();
        struct urgent urgent = {.level = rows[row].level, .rested_ns = began};

        urgent_rest_if_due(&urgent, began + rows[row].busy_ns);
        cr_expect_eq(urgent.rested_ns != began, rows[row].rests, "row %zu", row);
        if (rows[row].rests)
            cr_expect_geq(clock_now_ns() - began, URGENCY_REST_NS);
    }
}
