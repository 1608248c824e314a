// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_trace.h"

#include "icmp_kind.h"

/* Numbers of the parameters of a trace. */
enum {
    TRACE_LIST = 1,
    TRACE_CYCLE = 2,
    TRACE_START = 5,
    TRACE_STOP_REASON = 6,
    TRACE_STOP_DATA = 7,
    TRACE_ATTEMPTS = 9,
    TRACE_HOP_LIMIT = 10,
    TRACE_TYPE = 11,
    TRACE_PROBE_SIZE = 12,
    TRACE_SOURCE_PORT = 13,
    TRACE_DESTINATION_PORT = 14,
    TRACE_FIRST_HOP = 15,
    TRACE_TOS = 16,
    TRACE_WAIT = 17,
    TRACE_HOP_COUNT = 19,
    TRACE_PROBES = 23,
    TRACE_SOURCE = 26,
    TRACE_DESTINATION = 27,
};

/* And of a hop. */
enum {
    HOP_TTL = 2,
    HOP_REPLY_TTL = 3,
    HOP_FLAGS = 4,
    HOP_PROBE_ID = 5,
    HOP_RTT = 6,
    HOP_ICMP = 7,
    HOP_PROBE_SIZE = 8,
    HOP_REPLY_SIZE = 9,
    HOP_REPLY_IP_ID = 10,
    HOP_REPLY_TOS = 11,
    HOP_MTU = 12,
    HOP_QUOTED_SIZE = 13,
    HOP_QUOTED_TTL = 14,
    HOP_TCP_FLAGS = 15,
    HOP_QUOTED_TOS = 16,
    HOP_EXTENSIONS = 17,
    HOP_ADDRESS = 18,
    HOP_SENT = 19,
};

enum {
    TYPE_TCP = 3,
    TYPE_ICMP_PARIS = 4,
    TYPE_UDP_PARIS = 5,
    TYPE_TCP_ACK = 6,
    STOP_COMPLETED = 1,
    STOP_UNREACHABLE = 2,
    STOP_ICMP = 3,
    STOP_HOP_LIMIT = 7,
    FLAG_TCP = 0x08,
    FLAG_REPLY_TTL = 0x10,
    PROBE_ID_MOST = 254, /* answers of one TTL, from 0: the library adds one */
};

/* Those of a trace that are told, and how it ended. */
struct told {
    const struct record *records[WARTS_TRACE_RECORDS];
    unsigned count;
    uint8_t hops, stop, stop_data;
    uint64_t start_us; /* RECORD_NO_TIME: not known */
};

static uint64_t sent_us(const struct record *record)
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

/* The stop reason where a trace ends with this answer, 0 where it goes on. */
static uint8_t stop_reason(const struct record *record)
{
    switch (icmp_kind(address_family(record->responder), record->icmp_type, record->icmp_code)) {
    case ICMP_KIND_UNREACHABLE:
        return is_port_unreachable(record) ? STOP_COMPLETED : STOP_UNREACHABLE;
    case ICMP_KIND_TOO_BIG:
    case ICMP_KIND_PARAMETER:
        return STOP_ICMP;
    case ICMP_KIND_EXPIRED:
    case ICMP_KIND_UNFINISHED:
        return 0;
    case ICMP_KIND_NONE:
        break;
    }
    return STOP_COMPLETED; /* the target itself answered, by ICMP or TCP */
}

/* The first TTL at which somebody ends it is the last one that is told. */
static void look_at(struct told *told, const struct record *record)
{
    uint8_t stop = stop_reason(record);
    uint64_t sent = sent_us(record);

    told->records[told->count++] = record;
    told->hops = record->probe_ttl;
    if (stop && told->stop == STOP_HOP_LIMIT) {
        told->stop = stop;
        told->stop_data = stop == STOP_UNREACHABLE ? record->icmp_code : 0;
    }
    if (sent != RECORD_NO_TIME && (told->start_us == RECORD_NO_TIME || sent < told->start_us))
        told->start_us = sent;
}

static void choose(struct told *told, const struct record *records, size_t count)
{
    told->count = 0;
    told->hops = 0;
    told->stop = STOP_HOP_LIMIT;
    told->stop_data = 0;
    told->start_us = RECORD_NO_TIME;
    for (size_t i = 0; i < count && told->count < WARTS_TRACE_RECORDS; i++) {
        if (records[i].flags & RECORD_REWRITTEN)
            continue;
        if (told->stop != STOP_HOP_LIMIT && records[i].probe_ttl > told->hops)
            return;
        look_at(told, &records[i]);
    }
}

static uint8_t type_of(const struct warts_survey *survey, uint8_t protocol)
{
    if (protocol == PROTOCOL_TCP)
        return survey->acks ? TYPE_TCP_ACK : TYPE_TCP;
    return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6 ? TYPE_ICMP_PARIS : TYPE_UDP_PARIS;
}

static void put_trace(struct bytes *out, const struct warts_survey *survey, const struct told *told,
                      struct warts_addresses *addresses)
{
    const struct record *first = told->records[0];
    struct warts_parameters p = {0};

    warts_u32(&p, TRACE_LIST, survey->list);
    warts_u32(&p, TRACE_CYCLE, survey->cycle);
    warts_time(&p, TRACE_START, told->start_us == RECORD_NO_TIME ? first->time_us : told->start_us);
    warts_u8(&p, TRACE_STOP_REASON, told->stop);
    warts_u8(&p, TRACE_STOP_DATA, told->stop_data);
    warts_u8(&p, TRACE_ATTEMPTS, 1);
    warts_u8(&p, TRACE_HOP_LIMIT, survey->last_ttl);
    warts_u8(&p, TRACE_TYPE, type_of(survey, first->protocol));
    warts_u16(&p, TRACE_PROBE_SIZE, first->probe_size);
    warts_u16(&p, TRACE_SOURCE_PORT, first->src_port);
    warts_u16(&p, TRACE_DESTINATION_PORT, first->dst_port);
    warts_u8(&p, TRACE_FIRST_HOP, survey->first_ttl ? survey->first_ttl : 1);
    warts_u8(&p, TRACE_TOS, 0);
    warts_u8(&p, TRACE_WAIT, survey->wait);
    warts_u16(&p, TRACE_HOP_COUNT, told->hops);
    if (survey->last_ttl)
        warts_u16(&p, TRACE_PROBES, (uint16_t)(survey->last_ttl - survey->first_ttl + 1));
    warts_address(&p, TRACE_SOURCE, first->source, addresses);
    warts_address(&p, TRACE_DESTINATION, first->target_address, addresses);
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
}

/* Readers take a quoted length that is missing for the trace's probe size, and 1 for a quoted TTL. */
static void put_quotation(struct warts_parameters *p, const struct record *record)
{
    if (record->probe_size != RECORD_NO_SIZE)
        warts_u16(p, HOP_QUOTED_SIZE, record->probe_size);
    if (record->quoted_ttl > 1)
        warts_u8(p, HOP_QUOTED_TTL, record->quoted_ttl);
}

static void put_answer(struct warts_parameters *p, const struct record *record, bool is_tcp)
{
    if (!is_tcp)
        warts_u16(p, HOP_ICMP, (uint16_t)(record->icmp_type << 8 | record->icmp_code));
    if (record->probe_size != RECORD_NO_SIZE)
        warts_u16(p, HOP_PROBE_SIZE, record->probe_size);
    if (record->reply_size != RECORD_NO_SIZE) {
        warts_u16(p, HOP_REPLY_SIZE, record->reply_size);
        warts_u16(p, HOP_REPLY_IP_ID, record->reply_ip_id);
        warts_u8(p, HOP_REPLY_TOS, record->reply_tos);
    }
    if (record->next_hop_mtu != RECORD_NO_SIZE)
        warts_u16(p, HOP_MTU, record->next_hop_mtu);
    if (is_tcp)
        warts_u8(p, HOP_TCP_FLAGS, record->flags & RECORD_SYN_ACK ? TCP_SYN_ACK : TCP_RST | TCP_ACK);
    else
        put_quotation(p, record);
    if (record->quoted_tos != RECORD_NO_TOS)
        warts_u8(p, HOP_QUOTED_TOS, (uint8_t)record->quoted_tos);
    if (record->label_count || record->objects_length)
        warts_extensions(p, HOP_EXTENSIONS, record->labels, record->label_count, record_objects(record),
                         record->objects_length);
}

static void put_hop(struct bytes *out, const struct record *record, unsigned probe_id,
                    struct warts_addresses *addresses)
{
    bool is_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST);
    struct warts_parameters p = {0};

    warts_u8(&p, HOP_TTL, record->probe_ttl);
    warts_u8(&p, HOP_REPLY_TTL, record->reply_ttl);
    warts_u8(&p, HOP_FLAGS, FLAG_REPLY_TTL | (is_tcp ? FLAG_TCP : 0));
    warts_u8(&p, HOP_PROBE_ID, (uint8_t)(probe_id < PROBE_ID_MOST ? probe_id : PROBE_ID_MOST));
    warts_u32(&p, HOP_RTT, record_has_rtt(record) ? record->rtt_us : 0);
    put_answer(&p, record, is_tcp);
    warts_address(&p, HOP_ADDRESS, record->responder, addresses);
    if (sent_us(record) != RECORD_NO_TIME)
        warts_time(&p, HOP_SENT, sent_us(record));
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
}

static void put_hops(struct bytes *out, const struct told *told, struct warts_addresses *addresses)
{
    unsigned of_ttl = 0;

    warts_put_u16(out, (uint16_t)told->count);
    for (unsigned i = 0; i < told->count; i++) {
        of_ttl = i && told->records[i - 1]->probe_ttl == told->records[i]->probe_ttl ? of_ttl + 1 : 0;
        put_hop(out, told->records[i], of_ttl, addresses);
    }
    warts_put_u16(out, 0); /* no optional block follows */
}

bool warts_trace_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                     size_t count)
{
    struct warts_addresses addresses = {0};
    struct told told;

    choose(&told, records, count);
    if (!told.count)
        return false;
    size_t start = warts_begin(out, WARTS_TRACE);

    put_trace(out, survey, &told, &addresses);
    put_hops(out, &told, &addresses);
    warts_end(out, start);
    return true;
}
