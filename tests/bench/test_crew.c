// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/crew.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <time.h>

enum {
    STEPS = 5,
    PATIENCE = 10000, /* milliseconds */
};

struct work {
    int begun, ended;
    _Atomic int steps;
    int last; /* what the step after STEPS others returns */
    int cpu;
};

static void begin(void *context)
{
    struct work *work = context;

    work->begun++;
    work->cpu = sched_getcpu();
}

static int step(void *context)
{
    struct work *work = context;

    return atomic_fetch_add(&work->steps, 1) < STEPS ? 1 : work->last;
}

static void end(void *context)
{
    struct work *work = context;

    work->ended++;
}

static const struct crew_ops ops = {.begin = begin, .step = step, .end = end};

static void wait_until_idle(const struct crew_member *member)
{
    for (int i = 0; i < PATIENCE && !atomic_load(&member->idle); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    cr_assert(atomic_load(&member->idle));
}

Test(crew, works_until_it_is_stopped_or_fails)
{
    static const int lasts[] = {0, -EIO};
    struct crew_cpus cpus;

    crew_cpus_read(&cpus);
    for (int i = 0; i < 2; i++) {
        struct work work = {.last = lasts[i]};
        struct crew_member member = {.ops = &ops, .context = &work};

        cr_assert_eq(crew_start(&member, &cpus, 0), 0);
        wait_until_idle(&member);
        cr_expect_eq(crew_stop(&member), lasts[i]);
        cr_expect_eq(work.begun, 1);
        cr_expect_eq(work.ended, 1);
        cr_expect_gt(atomic_load(&work.steps), STEPS);
        cr_expect_eq(crew_stop(&member), lasts[i], "stopping once more changes nothing");
    }
}

Test(crew, each_place_is_a_cpu_that_may_be_used)
{
    struct crew_cpus cpus;

    crew_cpus_read(&cpus);
    unsigned count = (unsigned)CPU_COUNT(&cpus.set);
    for (unsigned place = 0, first = 0; place < 2 * count; place++) {
        struct work work = {0};
        struct crew_member member = {.ops = &ops, .context = &work};

        cr_assert_eq(crew_start(&member, &cpus, place), 0);
        wait_until_idle(&member);
        crew_stop(&member);
        cr_expect(CPU_ISSET((size_t)work.cpu, &cpus.set));
        if (place == 0)
            first = (unsigned)work.cpu;
        cr_expect_eq(place % count == 0, (unsigned)work.cpu == first, "place %u on CPU %d", place, work.cpu);
    }
    cpu_set_t now;
    cr_assert_eq(sched_getaffinity(0, sizeof(now), &now), 0);
    cr_expect(CPU_EQUAL(&now, &cpus.set), "the starting thread runs where it did");
}

Test(crew, one_that_never_started_can_be_stopped)
{
    struct crew_member member = {.ops = &ops};

    cr_expect_eq(crew_stop(&member), 0);
}
