// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * caracal's CSV: a header line, then one line per reply. All addresses are written as IPv6; those of IPv4 as
 * ::ffff:192.0.2.1.
 *
 * Source: caracal 0.15.3 (src/reply.cpp, src/parser.cpp, docs/usage.md).
 */
#include "output/caracal_csv.h"

#include <string.h>

#include "base/clock.h"
#include "output/label.h"
#include "output/text.h"
#include "protocol.h"

enum {
    RTT_UNIT_US = 100,
};

static const char header[] =
    "capture_timestamp,probe_protocol,probe_src_addr,probe_dst_addr,probe_src_port,probe_dst_port,probe_ttl,"
    "quoted_ttl,reply_src_addr,reply_protocol,reply_icmp_type,reply_icmp_code,reply_ttl,reply_size,"
    "reply_mpls_labels,rtt,round\n";

static void write_header(struct encoder *encoder, const struct survey_metadata *metadata)
{
    (void)metadata;
    byte_sink_write(encoder->sink, header, sizeof(header) - 1);
}

static char *put_number(char *p, uint64_t value)
{
    p = number_put(p, value);
    *p++ = ',';
    return p;
}

static char *put_address(char *p, struct address address)
{
    if (address_is_ipv4(address))
        p = stpcpy(p, "::ffff:");
    p = text_put_address(p, address);
    *p++ = ',';
    return p;
}

/* "[(label,class,bottom,ttl),…]", with the quotation marks. */
static char *put_labels(char *p, const struct record *record)
{
    p = stpcpy(p, "\"[");
    for (unsigned i = 0; i < record->label_count; i++) {
        const struct label label = label_of(record->labels[i]);

        p = stpcpy(p, i ? ",(" : "(");
        p = put_number(p, label.value);
        p = put_number(p, label.tc);
        p = put_number(p, label.bottom);
        p = number_put(p, label.ttl);
        *p++ = ')';
    }
    return stpcpy(p, "]\",");
}

/* For IPv6 the length behind the header. */
static uint64_t size_of(const struct record *record)
{
    return address_is_ipv4(record->responder) ? record->reply_size : record->reply_size - IPV6_HEADER;
}

/* An unknown RTT is 0, because the column has no other value for it. */
static uint64_t rtt_of(const struct record *record)
{
    uint64_t rtt = record_has_rtt(record) ? record->rtt_us / RTT_UNIT_US : 0;

    return rtt < UINT16_MAX ? rtt : UINT16_MAX;
}

static char *put_probe(char *p, const struct record *record)
{
    p = put_number(p, record->protocol);
    p = put_address(p, record->source);
    p = put_address(p, record->target_address);
    p = put_number(p, record->src_port);
    p = put_number(p, record->dst_port);
    p = put_number(p, record->probe_ttl);
    return put_number(p, record->quoted_ttl);
}

static char *put_reply(char *p, const struct record *record)
{
    p = put_address(p, record->responder);
    p = put_number(p, address_is_ipv4(record->responder) ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
    p = put_number(p, record->icmp_type);
    p = put_number(p, record->icmp_code);
    p = put_number(p, record->reply_ttl);
    p = put_number(p, size_of(record));
    p = put_labels(p, record);
    return put_number(p, rtt_of(record));
}

static void write_record(struct encoder *encoder, const struct record *record)
{
    const struct caracal_csv *self = (const struct caracal_csv *)encoder->format;
    char *start = byte_sink_reserve(encoder->sink, FORMAT_RECORD_MAX), *p = start;

    p = put_number(p, self->seconds ? record->time_us / US_PER_S : record->time_us);
    p = put_probe(p, record);
    p = put_reply(p, record);
    p = stpncpy(p, self->round, CARACAL_ROUND_MAX);
    *p++ = '\n';
    byte_sink_commit(encoder->sink, (size_t)(p - start));
}

struct caracal_csv caracal_csv_of(const char *round, bool seconds)
{
    return (struct caracal_csv){
        .format =
            {
                .name = "caracal",
                .extension = ".csv",
                .size = sizeof(struct encoder),
                .begin = write_header,
                .record = write_record,
            },
        .round = round,
        .seconds = seconds,
    };
}
