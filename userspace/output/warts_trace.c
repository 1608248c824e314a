// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_trace.h"

#include "output/told_trace.h"
#include "output/warts_numbers.h"
#include "protocol.h"

enum {
    PROBE_ID_MOST = 254, /* answers of one TTL, counted from 0; scamper's library adds one */
};

static uint8_t type_of(const struct warts_survey *survey, uint8_t protocol)
{
    if (protocol == PROTOCOL_TCP)
        return survey->acks ? TRACE_TYPE_TCP_ACK : TRACE_TYPE_TCP;
    return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6 ? TRACE_TYPE_ICMP_PARIS
                                                                    : TRACE_TYPE_UDP_PARIS;
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

/* If the quoted length is missing, readers assume the trace's probe size; if the quoted TTL is missing, 1. */
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
    warts_u8(&p, HOP_FLAGS, HOP_FLAG_REPLY_TTL | (is_tcp ? HOP_FLAG_TCP : 0));
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

size_t warts_trace_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                       size_t count)
{
    struct warts_addresses addresses = {0};
    struct told_trace told;

    told_trace_of(&told, records, count);
    if (!told.count)
        return 0;
    size_t start = warts_begin(out, WARTS_TRACE);

    put_trace(out, survey, &told, &addresses);
    put_hops(out, &told, &addresses);
    warts_end(out, start);
    return told.count;
}
