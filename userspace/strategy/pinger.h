// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One host, asked again and again whether it is there: as ping does it. Probes have numbers (`query`) from 0
 * on, leave at a fixed interval whatever comes back, and each is waited for on its own. Probes must be kept
 * in a table (packet/tracked.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/strategy.h"

struct pinger;

enum ping_outcome {
    PING_ANSWERED,  /* the host itself answered */
    PING_REFUSED,   /* an ICMP error came, from the host or on the way: no answer */
    PING_OPEN,      /* nothing came so far, and the next probe leaves; no answer */
    PING_LOST,      /* nothing came in time; no answer */
    PING_LATE,      /* the host answered a probe that was told lost or refused */
    PING_EXPLAINED, /* an ICMP error came for a probe that was told lost */
    PING_DUPLICATE, /* the host answered once more */
};

static inline bool ping_outcome_is_error(enum ping_outcome outcome)
{
    return outcome == PING_REFUSED || outcome == PING_EXPLAINED;
}

/* Called from next() and reply(). `answer` is NULL with PING_OPEN and PING_LOST. */
typedef void ping_observer(void *context, struct pinger *pinger, uint64_t sequence, enum ping_outcome outcome,
                           const struct answer *answer);

struct pinger_config {
    uint32_t owner;
    struct address target_address;
    uint8_t lane;
    uint16_t flow, size;
    uint8_t ttl;
    uint64_t count; /* probes, 0: without end */
    uint64_t interval_ns, wait_ns;
    bool as_needed; /* ends with the first answer; all are waited for until `wait_ns` after the last */
    bool by_rtt;    /* once all are sent and any was answered, the rest is waited for no longer than another
                     * interval, or twice the slowest RTT where that is more: as ping(8) does */
    uint64_t start_ns; /* nothing is sent before */
    uint64_t end_ns;   /* nor from then on; 0: without end */
    ping_observer *observer;
    void *context;
};

enum {
    /* Probes of one host that may be waited for at once: the numbers on the wire must not come round. */
    PINGER_MOST_OPEN = 1 << 14,
};

/* pinger_create() makes one; NULL when memory is short, or where wait / interval is above PINGER_MOST_OPEN.
 * Closed by its `ops`. */
struct pinger *pinger_create(const struct pinger_config *config);

struct strategy *pinger_strategy(struct pinger *pinger);
const struct pinger_config *pinger_config(const struct pinger *pinger);

/* pinger_end() sends no further probe, and reports those that are waited for as lost. May be called by the
 * observer. */
void pinger_end(struct pinger *pinger);

/* pinger_sent() is how many probes were given to the sender. */
uint64_t pinger_sent(const struct pinger *pinger);
