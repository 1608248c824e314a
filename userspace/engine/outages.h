// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens to the link while a survey runs, from one look at the device after the other: when senders
 * wait, what is said of it, and which probes may have been lost. The same for every way to send; each tells,
 * too, that a device does not take its frames, but this here decides why.
 *
 *                 look: ready
 *              +-----------------+
 *              v                 |
 *        READY (send) --------> not READY (wait) ----> GONE (end)
 *              |                                          ^
 *              +------------------------------------------+
 *
 * A driver may go on to take probes after the carrier is lost, and drops them without a word. Since nobody
 * can say which, an outage lasts from the last look that found the link ready, and `sent` are the probes that
 * left from then on. Losses of carrier between two looks are known by the kernel's count of them.
 *
 * Pure: time is an argument.
 */
#pragma once

#include <stdint.h>

enum link_condition {
    LINK_READY,
    LINK_DOWN,       /* administratively */
    LINK_NO_CARRIER, /* nothing at its other end, or the driver does not say that there is */
    LINK_NARROW,     /* the MTU is too small for probes */
    LINK_GONE,       /* deleted, or moved to another namespace: it does not come back */
    LINK_CONDITIONS,
};

/* link_condition_name() names it in metadata: "no carrier". */
const char *link_condition_name(enum link_condition condition);

struct link_look {
    enum link_condition condition;
    uint32_t carrier_losses; /* since the device was made */
    uint64_t sent;           /* probes that have left, in all */
};

struct outage {
    uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC; the end is 0 while it lasts */
    enum link_condition why;
    uint64_t sent;
};

enum {
    OUTAGES_KEPT = 64, /* a link that comes and goes for days must not fill the metadata */
};

struct outages {
    enum link_condition now;
    uint64_t ready_ns;      /* the last look that found it ready */
    struct link_look ready; /* what that saw */
    struct outage last;
    struct outage kept[OUTAGES_KEPT]; /* the first ones */
    uint64_t count;                   /* of all that ended */
    uint64_t total_ns, total_sent;    /* their sums */
};

enum outage_news {
    OUTAGE_NO_NEWS,
    OUTAGE_BEGAN,
    OUTAGE_ENDED,
    OUTAGE_PASSED, /* between two looks: it is over */
    OUTAGE_FINAL,  /* the device is gone */
};

/* outages_start() takes the first look. A device that is not ready then has an outage from the start. */
enum outage_news outages_start(struct outages *outages, const struct link_look *look, uint64_t now_ns);

/* outages_note() takes another look. With OUTAGE_ENDED and OUTAGE_PASSED `last` says what it was. */
enum outage_news outages_note(struct outages *outages, const struct link_look *look, uint64_t now_ns);

/* outages_end() ends what lasts, since the survey ends; right also where nothing does. */
void outages_end(struct outages *outages, uint64_t sent, uint64_t now_ns);
