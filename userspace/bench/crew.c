// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/crew.h"

#include <sys/prctl.h>
#include <time.h>

#include "host/cpus.h"

enum {
    /* as long as a survey's receivers sleep when their rings are empty (survey/workers.c) */
    NAP_NS = 100000,
};

void crew_cpus_read(struct crew_cpus *cpus)
{
    if (cpus_available(&cpus->set)) {
        CPU_ZERO(&cpus->set);
        CPU_SET(0, &cpus->set);
    }
}

void crew_pin(const struct crew_cpus *cpus, unsigned place)
{
    unsigned skip = place % (unsigned)CPU_COUNT(&cpus->set);
    size_t cpu = 0;
    cpu_set_t one;

    while (!CPU_ISSET(cpu, &cpus->set) || skip-- > 0)
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    /* If this is forbidden, the thread is measured where it runs. */
    cpus_keep_to(&one);
}

void crew_unpin(const struct crew_cpus *cpus)
{
    cpus_keep_to(&cpus->set);
}

static int work(struct crew_member *member)
{
    while (!atomic_load_explicit(&member->stop, memory_order_relaxed)) {
        int did = member->ops->step(member->context);

        if (did < 0)
            return did;
        if (did)
            continue;
        atomic_store(&member->idle, true);
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
    return 0;
}

static void *crew_main(void *argument)
{
    struct crew_member *member = argument;

    prctl(PR_SET_NAME, "bench");
    prctl(PR_SET_TIMERSLACK, 1UL);
    if (member->ops->begin)
        member->ops->begin(member->context);
    atomic_store(&member->error, work(member));
    atomic_store(&member->idle, true);
    if (member->ops->end)
        member->ops->end(member->context);
    return NULL;
}

int crew_start(struct crew_member *member, const struct crew_cpus *cpus, unsigned place)
{
    int error;

    atomic_store(&member->stop, false);
    atomic_store(&member->idle, false);
    crew_pin(cpus, place);
    error = pthread_create(&member->thread, NULL, crew_main, member);
    crew_unpin(cpus);
    member->started = !error;
    return -error;
}

int crew_stop(struct crew_member *member)
{
    atomic_store(&member->stop, true);
    if (member->started)
        pthread_join(member->thread, NULL);
    member->started = false;
    return atomic_load(&member->error);
}
