// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/warts_ping.h"

#include "base/clock.h"
#include "output/told_ping.h"
#include "output/told_trace.h"
#include "output/warts_numbers.h"
#include "protocol.h"

static uint8_t method_of(const struct warts_survey *survey, uint8_t protocol)
{
    if (protocol == PROTOCOL_TCP)
        return survey->acks ? PING_METHOD_TCP_ACK : PING_METHOD_TCP_SYN;
    return protocol == PROTOCOL_UDP ? PING_METHOD_UDP : PING_METHOD_ECHO;
}

static bool is_echo(uint8_t protocol)
{
    return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

static void put_probes(struct warts_parameters *p, const struct warts_survey *survey,
                       const struct told_ping *told)
{
    const struct record *first = told->records;
    uint64_t seconds = survey->interval_us / US_PER_S;

    warts_u16(p, PING_COUNT, told->sent);
    warts_u16(p, PING_SIZE, first->probe_size);
    warts_u8(p, PING_WAIT, (uint8_t)(seconds < UINT8_MAX ? seconds : UINT8_MAX));
    warts_u8(p, PING_TTL, first->probe_ttl);
    warts_u16(p, PING_SENT, told->sent);
    warts_u8(p, PING_METHOD, method_of(survey, first->protocol));
    if (!is_echo(first->protocol)) {
        warts_u16(p, PING_SOURCE_PORT, told->src_port);
        warts_u16(p, PING_DESTINATION_PORT, first->dst_port);
    }
}

static void put_ping(struct bytes *out, const struct warts_survey *survey, const struct told_ping *told,
                     struct warts_addresses *addresses)
{
    const struct record *first = told->records;
    struct warts_parameters p = {0};

    warts_u32(&p, PING_LIST, survey->list);
    warts_u32(&p, PING_CYCLE, survey->cycle);
    warts_time(&p, PING_START, told->start_us == RECORD_NO_TIME ? survey->start_us : told->start_us);
    warts_u8(&p, PING_STOP_REASON, PING_STOP_COMPLETED);
    warts_u8(&p, PING_STOP_DATA, 0);
    put_probes(&p, survey, told);
    warts_address(&p, PING_SOURCE, first->source, addresses);
    warts_address(&p, PING_DESTINATION, first->target_address, addresses);
    warts_u8(&p, PING_TIMEOUT, survey->wait);
    if (survey->interval_us % US_PER_S)
        warts_u32(&p, PING_WAIT_US, (uint32_t)(survey->interval_us % US_PER_S));
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
}

static void put_kind(struct warts_parameters *p, const struct record *record, bool is_tcp)
{
    if (!is_tcp)
        warts_u16(p, PING_REPLY_ICMP, (uint16_t)(record->icmp_type << 8 | record->icmp_code));
    warts_u32(p, PING_REPLY_RTT, record_has_rtt(record) ? record->rtt_us : 0);
}

static uint8_t protocol_of(const struct record *record, bool is_tcp)
{
    if (is_tcp)
        return PROTOCOL_TCP;
    return address_is_ipv4(record->responder) ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
}

static void put_reply(struct bytes *out, const struct record *record, uint16_t number,
                      struct warts_addresses *addresses)
{
    bool is_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST), ipv4 = address_is_ipv4(record->responder);
    struct warts_parameters p = {0};

    warts_u8(&p, PING_REPLY_FLAGS, (uint8_t)(PING_REPLY_FLAG_TTL | (ipv4 ? PING_REPLY_FLAG_IP_ID : 0)));
    warts_u8(&p, PING_REPLY_TTL, record->reply_ttl);
    warts_u16(&p, PING_REPLY_SIZE, record->reply_size);
    put_kind(&p, record, is_tcp);
    warts_u16(&p, PING_REPLY_PROBE, number);
    if (ipv4)
        warts_u16(&p, PING_REPLY_IP_ID, record->reply_ip_id);
    warts_u8(&p, PING_REPLY_PROTOCOL, protocol_of(record, is_tcp));
    if (is_tcp)
        warts_u8(&p, PING_REPLY_TCP_FLAGS, record->flags & RECORD_SYN_ACK ? TCP_SYN_ACK : TCP_RST | TCP_ACK);
    warts_address(&p, PING_REPLY_ADDRESS, record->responder, addresses);
    if (told_sent_us(record) != RECORD_NO_TIME)
        warts_time(&p, PING_REPLY_SENT, told_sent_us(record));
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
}

void warts_ping_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                    size_t count)
{
    struct warts_addresses addresses = {0};
    struct told_ping told;
    size_t start = warts_begin(out, WARTS_PING);

    told_ping_of(&told, records, count);
    put_ping(out, survey, &told, &addresses);
    warts_put_u16(out, told.replies);
    for (size_t i = 0; i < count; i++)
        if (!told_ping_lost(&records[i]))
            put_reply(out, &records[i], (uint16_t)(records[i].round - told.first), &addresses);
    warts_end(out, start);
}
