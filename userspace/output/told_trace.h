// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trace as other programs tell it: the records of one target, flow and round up to whoever ended it, and how.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

enum {
    TOLD_RECORDS = 4096, /* of one trace, at most: further ones are left out */
};

/* Numbers of scamper's stop reasons (scamper_trace.h). */
enum told_stop {
    TOLD_COMPLETED = 1,   /* the target answered, or somebody that a port is closed */
    TOLD_UNREACHABLE = 2, /* Destination Unreachable of another code */
    TOLD_ICMP = 3,        /* another error than these and Time Exceeded */
    TOLD_GAP_LIMIT = 5,
    TOLD_HOP_LIMIT = 7,
};

struct told_trace {
    const struct record *records[TOLD_RECORDS]; /* the caller's */
    unsigned count;
    uint8_t hops; /* the last TTL that is told */
    enum told_stop stop;
    uint8_t stop_code;
    uint16_t probe_size; /* of the first probe of which a record knows it, RECORD_NO_SIZE: of none */
    uint64_t start_us;   /* when the first of their probes was sent; RECORD_NO_TIME: not known */
};

/* told_trace_of() chooses among records that are sorted by TTL and then by arrival. `rewritten` ones are left
 * out, and those of TTLs beyond the end. */
void told_trace_of(struct told_trace *told, const struct record *records, size_t count);

/* told_sent_us() is when the probe of a record was sent; RECORD_NO_TIME: not known. */
uint64_t told_sent_us(const struct record *record);

/* told_probes() is how many probes the hops that are told were asked with, `attempts` each: those beyond the end,
 * which left before it was known, do not count. */
static inline uint16_t told_probes(const struct told_trace *told, unsigned first_ttl, unsigned attempts)
{
    return told->hops >= first_ttl ? (uint16_t)((told->hops - first_ttl + 1) * attempts) : 0;
}

/* told_stop_name() is scamper's word for it. */
const char *told_stop_name(enum told_stop stop);
