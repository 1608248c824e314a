// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/pacer.h"

#include <math.h>

/* Millirate is per 1,000 s: one probe takes PERIOD / millirate nanoseconds. */
#define PERIOD 1000000000000ULL

typedef unsigned __int128 wide;

void pacer_init(struct pacer *pacer, double rate, uint64_t now_ns)
{
    long long millirate = isinf(rate) ? 0 : llround(rate * 1e3);

    pacer->millirate = millirate || isinf(rate) ? (uint64_t)millirate : 1;
    pacer->start_ns = now_ns;
    pacer->granted = 0;
}

/* When the probe after `count` others is due: rounded up, so that it is never early. */
static uint64_t due_time(const struct pacer *pacer, uint64_t count)
{
    return pacer->start_ns + (uint64_t)(((wide)count * PERIOD + pacer->millirate - 1) / pacer->millirate);
}

static uint64_t due_count(const struct pacer *pacer, uint64_t now_ns)
{
    return (uint64_t)((wide)(now_ns - pacer->start_ns) * pacer->millirate / PERIOD) + 1;
}

/* Restarts the count, with as many probes due as the catch-up allows. */
static void forgive(struct pacer *pacer, uint64_t now_ns)
{
    pacer->start_ns = now_ns - PACER_CATCH_UP_NS;
    pacer->granted = 0;
}

void pacer_forgive(struct pacer *pacer, uint64_t now_ns)
{
    if (pacer_next_due(pacer) >= now_ns)
        return;
    pacer->start_ns = now_ns;
    pacer->granted = 0;
}

uint32_t pacer_grant(struct pacer *pacer, uint64_t now_ns, uint32_t batch)
{
    if (pacer->millirate == 0)
        return batch;
    if (now_ns < pacer_next_due(pacer))
        return 0;
    if (now_ns - pacer_next_due(pacer) > PACER_CATCH_UP_NS)
        forgive(pacer, now_ns);

    uint64_t due = due_count(pacer, now_ns) - pacer->granted;
    uint32_t grant = due < batch ? (uint32_t)due : batch;
    pacer->granted += grant;
    return grant;
}

void pacer_return(struct pacer *pacer, uint32_t unused)
{
    if (pacer->millirate)
        pacer->granted -= unused;
}

uint64_t pacer_next_due(const struct pacer *pacer)
{
    return pacer->millirate ? due_time(pacer, pacer->granted) : 0;
}

void pacer_change(struct pacer *pacer, double rate, uint64_t now_ns)
{
    const struct pacer before = *pacer;
    uint64_t due_ns = pacer_next_due(pacer);

    pacer_init(pacer, rate, now_ns);
    if (due_ns > now_ns && pacer->millirate)
        pacer->start_ns += (uint64_t)(((wide)(due_ns - now_ns) * before.millirate + pacer->millirate - 1) /
                                      pacer->millirate);
}
