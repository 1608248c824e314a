// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/urgency.h"

#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/enum_table.h"

enum {
    NICE = -15,
};

/* In Linux, niceness belongs to a thread. Values below 0 are not inherited here either. */
static enum urgency raise_share(void)
{
    sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &(struct sched_param){0});
    return setpriority(PRIO_PROCESS, 0, NICE) == 0 ? URGENCY_RAISED : URGENCY_ORDINARY;
}

enum urgency urgency_raise(void)
{
    const struct sched_param lowest = {.sched_priority = sched_get_priority_min(SCHED_RR)};

    if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0)
        return URGENCY_REAL_TIME;
    return raise_share();
}

const char *urgency_name(enum urgency urgency)
{
    static const char *const names[] = {
        [URGENCY_ORDINARY] = "ordinary",
        [URGENCY_RAISED] = "raised",
        [URGENCY_REAL_TIME] = "real-time",
    };
    ENUM_TABLE(names, URGENCIES);

    return names[urgency];
}

void urgent_begin(struct urgent *urgent, uint64_t now_ns)
{
    *urgent = (struct urgent){.level = urgency_raise(), .rested_ns = now_ns};
}

void urgent_sleep(struct urgent *urgent, uint64_t duration_ns)
{
    nanosleep(&(struct timespec){(time_t)(duration_ns / NS_PER_S), (long)(duration_ns % NS_PER_S)}, NULL);
    urgent->rested_ns = clock_now_ns();
}

void urgent_rest_if_due(struct urgent *urgent, uint64_t now_ns)
{
    if (urgent->level == URGENCY_REAL_TIME && now_ns - urgent->rested_ns >= URGENCY_STINT_NS)
        urgent_sleep(urgent, URGENCY_REST_NS);
}
