// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_trace.h"

#include "output/told_trace.h"
#include "protocol.h"

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
    FLAG_TCP = 0x20,
    FLAG_REPLY_TTL = 0x10,
    PROBE_ID_MOST = 254, /* answers of one TTL, from 0: the library adds one */
};

static uint8_t type_of(const struct warts_survey *survey, uint8_t protocol)
{
    if (protocol == PROTOCOL_TCP)
        return survey->acks ? TYPE_TCP_ACK : TYPE_TCP;
    return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6 ? TYPE_ICMP_PARIS : TYPE_UDP_PARIS;
}

static void put_trace(struct bytes *out, const struct warts_survey *survey, const struct told_trace *told,
                      struct warts_addresses *addresses)
{
    const struct record *first = told->records[0];
    struct warts_parameters p = {0};

    warts_u32(&p, TRACE_LIST, survey->list);
    warts_u32(&p, TRACE_CYCLE, survey->cycle);
    warts_time(&p, TRACE_START, told->start_us == RECORD_NO_TIME ? first->time_us : told->start_us);
    bool is_gap = survey->ends_early && told->stop == TOLD_HOP_LIMIT && told->hops < survey->last_ttl;

    warts_u8(&p, TRACE_STOP_REASON, is_gap ? TOLD_GAP_LIMIT : (uint8_t)told->stop);
    warts_u8(&p, TRACE_STOP_DATA, told->stop_code);
    warts_u8(&p, TRACE_ATTEMPTS, survey->attempts ? survey->attempts : 1);
    warts_u8(&p, TRACE_HOP_LIMIT, survey->last_ttl);
    warts_u8(&p, TRACE_TYPE, type_of(survey, first->protocol));
    warts_u16(&p, TRACE_PROBE_SIZE, told->probe_size);
    warts_u16(&p, TRACE_SOURCE_PORT, first->src_port);
    warts_u16(&p, TRACE_DESTINATION_PORT, first->dst_port);
    warts_u8(&p, TRACE_FIRST_HOP, survey->first_ttl ? survey->first_ttl : 1);
    warts_u8(&p, TRACE_TOS, 0);
    warts_u8(&p, TRACE_WAIT, survey->wait);
    warts_u16(&p, TRACE_HOP_COUNT, told->hops);
    if (survey->ends_early)
        warts_u16(&p, TRACE_PROBES, told_probes(told, survey->first_ttl, survey->attempts));
    else if (survey->last_ttl)
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

static void put_answer(struct warts_parameters *p, const struct record *record, uint16_t usual_size,
                       bool is_tcp)
{
    if (!is_tcp)
        warts_u16(p, HOP_ICMP, (uint16_t)(record->icmp_type << 8 | record->icmp_code));
    if (usual_size != RECORD_NO_SIZE)
        warts_u16(p, HOP_PROBE_SIZE, record->probe_size != RECORD_NO_SIZE ? record->probe_size : usual_size);
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

static void put_hop(struct bytes *out, const struct record *record, unsigned probe_id, uint16_t usual_size,
                    struct warts_addresses *addresses)
{
    bool is_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST);
    struct warts_parameters p = {0};

    warts_u8(&p, HOP_TTL, record->probe_ttl);
    warts_u8(&p, HOP_REPLY_TTL, record->reply_ttl);
    warts_u8(&p, HOP_FLAGS, FLAG_REPLY_TTL | (is_tcp ? FLAG_TCP : 0));
    warts_u8(&p, HOP_PROBE_ID, (uint8_t)(probe_id < PROBE_ID_MOST ? probe_id : PROBE_ID_MOST));
    warts_u32(&p, HOP_RTT, record_has_rtt(record) ? record->rtt_us : 0);
    put_answer(&p, record, usual_size, is_tcp);
    warts_address(&p, HOP_ADDRESS, record->responder, addresses);
    if (told_sent_us(record) != RECORD_NO_TIME)
        warts_time(&p, HOP_SENT, told_sent_us(record));
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
}

static void put_hops(struct bytes *out, const struct told_trace *told, struct warts_addresses *addresses)
{
    unsigned of_ttl = 0;

    warts_put_u16(out, (uint16_t)told->count);
    for (unsigned i = 0; i < told->count; i++) {
        of_ttl = i && told->records[i - 1]->probe_ttl == told->records[i]->probe_ttl ? of_ttl + 1 : 0;
        put_hop(out, told->records[i], of_ttl, told->probe_size, addresses);
    }
    warts_put_u16(out, 0); /* no optional block follows */
}

bool warts_trace_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                     size_t count)
{
    struct warts_addresses addresses = {0};
    struct told_trace told;

    told_trace_of(&told, records, count);
    if (!told.count)
        return false;
    size_t start = warts_begin(out, WARTS_TRACE);

    put_trace(out, survey, &told, &addresses);
    put_hops(out, &told, &addresses);
    warts_end(out, start);
    return true;
}
