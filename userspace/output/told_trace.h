// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trace in the form of other programs: the records of one target, flow and round up to the responder that
 * ended it, and the reason.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

enum {
    TOLD_RECORDS = 4096, /* of one trace; further ones are left out */
};

/* Numbers of scamper's stop reasons (scamper_trace.h). */
enum told_stop {
    TOLD_COMPLETED = 1,   /* the target answered, or a responder reported a closed port */
    TOLD_UNREACHABLE = 2, /* Destination Unreachable with another code */
    TOLD_ICMP = 3,        /* any other error except Time Exceeded */
    TOLD_GAP_LIMIT = 5,
    TOLD_HOP_LIMIT = 7,
};

struct told_trace {
    const struct record *records[TOLD_RECORDS]; /* owned by the caller */
    unsigned count;
    uint8_t hops; /* the last TTL included */
    enum told_stop stop;
    uint8_t stop_code;
    uint16_t probe_size; /* of the first probe whose record has it; RECORD_NO_SIZE: none has */
    uint64_t start_us;   /* when the first of these probes was sent; RECORD_NO_TIME: unknown */
};

/* told_trace_of() selects from records that are sorted by TTL, then by arrival. It leaves out `rewritten`
 * ones, and those with TTLs beyond the end. */
void told_trace_of(struct told_trace *told, const struct record *records, size_t count);

/* told_sent_us() returns when the probe of a record was sent; RECORD_NO_TIME: unknown. */
uint64_t told_sent_us(const struct record *record);

/* told_probes() returns how many probes were sent to the hops included, `attempts` each. Probes beyond the
 * end, which left before the end was known, do not count. */
static inline uint16_t told_probes(const struct told_trace *told, unsigned first_ttl, unsigned attempts)
{
    return told->hops >= first_ttl ? (uint16_t)((told->hops - first_ttl + 1) * attempts) : 0;
}

/* told_stop_name() returns scamper's name for a stop reason. */
const char *told_stop_name(enum told_stop stop);
