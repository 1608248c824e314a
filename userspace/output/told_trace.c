// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/told_trace.h"

#include "icmp_kind.h"

uint64_t told_sent_us(const struct record *record)
{
    return record->time_us != RECORD_NO_TIME && record_has_rtt(record) ? record->time_us - record->rtt_us
                                                                       : RECORD_NO_TIME;
}

static bool is_port_unreachable(const struct record *record)
{
    return address_is_ipv4(record->responder) ? record->icmp_type == ICMP_DESTINATION_UNREACHABLE &&
                                                    record->icmp_code == ICMP_PORT_UNREACHABLE
                                              : record->icmp_type == ICMP6_DESTINATION_UNREACHABLE &&
                                                    record->icmp_code == ICMP6_PORT_UNREACHABLE;
}

/* Returns the stop reason if a trace ends with this answer, 0 if it continues. */
static enum told_stop stop_reason(const struct record *record)
{
    switch (icmp_kind(address_family(record->responder), record->icmp_type, record->icmp_code)) {
    case ICMP_KIND_UNREACHABLE:
        return is_port_unreachable(record) ? TOLD_COMPLETED : TOLD_UNREACHABLE;
    case ICMP_KIND_TOO_BIG:
    case ICMP_KIND_PARAMETER:
        return TOLD_ICMP;
    case ICMP_KIND_EXPIRED:
    case ICMP_KIND_UNFINISHED:
        return 0;
    case ICMP_KIND_NONE:
        break;
    }
    return TOLD_COMPLETED; /* the target itself answered, by ICMP or TCP */
}

/* The first TTL at which an answer ends the trace is the last one included. */
static void look_at(struct told_trace *told, const struct record *record)
{
    enum told_stop stop = stop_reason(record);
    uint64_t sent = told_sent_us(record);

    told->records[told->count++] = record;
    told->hops = record->probe_ttl;
    if (told->probe_size == RECORD_NO_SIZE)
        told->probe_size = record->probe_size;
    if (stop && told->stop == TOLD_HOP_LIMIT) {
        told->stop = stop;
        told->stop_code = stop == TOLD_UNREACHABLE ? record->icmp_code : 0;
    }
    if (sent != RECORD_NO_TIME && (told->start_us == RECORD_NO_TIME || sent < told->start_us))
        told->start_us = sent;
}

void told_trace_of(struct told_trace *told, const struct record *records, size_t count)
{
    told->count = 0;
    told->hops = 0;
    told->stop = TOLD_HOP_LIMIT;
    told->stop_code = 0;
    told->probe_size = RECORD_NO_SIZE;
    told->start_us = RECORD_NO_TIME;
    for (size_t i = 0; i < count && told->count < TOLD_RECORDS; i++) {
        if (records[i].flags & RECORD_REWRITTEN)
            continue;
        if (told->stop != TOLD_HOP_LIMIT && records[i].probe_ttl > told->hops)
            return;
        look_at(told, &records[i]);
    }
}

const char *told_stop_name(enum told_stop stop)
{
    switch (stop) {
    case TOLD_COMPLETED:
        return "COMPLETED";
    case TOLD_UNREACHABLE:
        return "UNREACH";
    case TOLD_ICMP:
        return "ICMP";
    case TOLD_GAP_LIMIT:
        return "GAPLIMIT";
    case TOLD_HOP_LIMIT:
        return "HOPLIMIT";
    }
    return "NONE";
}
