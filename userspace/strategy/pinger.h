// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes one host again and again, as ping does. Probes are numbered (`query`) from 0 on. They leave at a
 * fixed interval, whichever answers come, and each is waited for separately. Probes must be kept in a table
 * (packet/tracked.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/strategy.h"

struct pinger;

enum ping_outcome {
    PING_ANSWERED,  /* the host itself answered */
    PING_REFUSED,   /* an ICMP error came, from the host or on the way: no answer */
    PING_OPEN,      /* no answer so far, and the next probe leaves */
    PING_LOST,      /* no answer in time */
    PING_LATE,      /* the host answered a probe that was reported lost or refused */
    PING_EXPLAINED, /* an ICMP error came for a probe that was reported lost */
    PING_DUPLICATE, /* the host answered again */
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
    uint64_t count; /* number of probes; 0: without end */
    uint64_t interval_ns, wait_ns;
    bool as_needed; /* ends with the first answer; without one, waits until `wait_ns` after the last probe */
    bool by_rtt;    /* once all are sent and any was answered, the rest is waited for only for another
                     * interval, or twice the slowest RTT where that is more: as ping(8) does */
    uint64_t start_ns; /* nothing is sent before this time */
    uint64_t end_ns;   /* nothing is sent from this time on; 0: no limit */
    ping_observer *observer;
    void *context;
};

enum {
    /* Probes of one host that may be waited for at once. With more, numbers on the wire would repeat. */
    PINGER_MOST_OPEN = 1 << 14,
};

/* pinger_create() makes a pinger. Returns NULL when memory is short, or where wait / interval is above
 * PINGER_MOST_OPEN. Its `ops` close it. */
struct pinger *pinger_create(const struct pinger_config *config);

struct strategy *pinger_strategy(struct pinger *pinger);
const struct pinger_config *pinger_config(const struct pinger *pinger);

/* pinger_end() stops sending, and reports the probes that are waited for as lost. The observer may call
 * it. */
void pinger_end(struct pinger *pinger);

/* pinger_sent() returns how many probes next() has returned. */
uint64_t pinger_sent(const struct pinger *pinger);
