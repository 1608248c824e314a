// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Follows the state of the link while a survey runs, by looking at the device again and again: when senders
 * wait, what is reported, and which probes may have been lost. It works the same for every TX backend.
 * Backends also report that a device does not take frames, but the reason is decided here.
 *
 *                 look: ready
 *              +-----------------+
 *              v                 |
 *        READY (send) --------> not READY (wait) ----> GONE (end)
 *              |                                          ^
 *              +------------------------------------------+
 *
 * A driver may continue to take probes after the carrier is lost, and drop them silently. Since nobody knows
 * which, an outage starts at the last look that found the link ready, and `sent` counts the probes that left
 * since then. Carrier losses between two looks are found by the kernel's count of them.
 *
 * Pure: time is an argument.
 */
#pragma once

#include <stdint.h>

enum link_condition {
    LINK_READY,
    LINK_DOWN,       /* administratively */
    LINK_NO_CARRIER, /* nothing is at the other end, or the driver does not report it */
    LINK_NARROW,     /* the MTU is too small for probes */
    LINK_GONE,       /* deleted, or moved to another namespace: it does not return */
    LINK_CONDITIONS,
};

/* link_condition_name() returns the name used in metadata: "no carrier". */
const char *link_condition_name(enum link_condition condition);

struct link_look {
    enum link_condition condition;
    uint32_t carrier_losses; /* since the device was created */
    uint64_t sent;           /* probes that have left so far */
};

struct outage {
    uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC; end_ns is 0 while the outage lasts */
    enum link_condition why;
    uint64_t sent;
};

enum {
    OUTAGES_KEPT = 64, /* a link that often goes down and up for days must not fill the metadata */
};

struct outages {
    enum link_condition now;
    uint64_t ready_ns;      /* time of the last look that found it ready */
    struct link_look ready; /* that look */
    struct outage last;
    struct outage kept[OUTAGES_KEPT]; /* the first ones */
    uint64_t count;                   /* of all outages that ended */
    uint64_t total_ns, total_sent;    /* their sums */
};

enum outage_news {
    OUTAGE_NO_NEWS,
    OUTAGE_BEGAN,
    OUTAGE_ENDED,
    OUTAGE_PASSED, /* began and ended between two looks */
    OUTAGE_FINAL,  /* the device is gone */
};

/* outages_start() takes the first look. If the device is not ready then, the first outage starts at once. */
enum outage_news outages_start(struct outages *outages, const struct link_look *look, uint64_t now_ns);

/* outages_note() takes another look. After OUTAGE_ENDED and OUTAGE_PASSED, `last` describes the outage. */
enum outage_news outages_note(struct outages *outages, const struct link_look *look, uint64_t now_ns);

/* outages_end() ends a lasting outage because the survey ends; without one it does nothing. */
void outages_end(struct outages *outages, uint64_t sent, uint64_t now_ns);
