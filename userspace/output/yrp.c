// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * yrp, the format of yarrp: facts about the survey in lines that begin with '#', then one line per reply,
 * then its end, in such lines again.
 *
 *   target sec usec type code ttl hop rtt ipid psize rsize rttl rtos mpls count
 *
 * Source: yarrp 0.8 (icmp.cpp, yconfig.cpp, stats.h); docs/formats.md has what it cannot hold.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "output/format.h"
#include "output/probe_facts.h"
#include "output/text.h"

enum {
    TIME_SIZE = 64,
    LABEL_SHIFT = 12, /* in a label stack entry, RFC 3032 */
    TTL_MASK = 0xff,
};

struct yrp_encoder {
    struct encoder base;
    struct probe_facts facts;
    uint64_t count, last_us; /* replies so far, and when the last one came */
};

static struct yrp_encoder *of(struct encoder *encoder)
{
    return (struct yrp_encoder *)encoder;
}

static void __attribute__((format(printf, 2, 3))) put_line(struct encoder *encoder, const char *format, ...)
{
    char *room = byte_sink_reserve(encoder->sink, FORMAT_RECORD_MAX);
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(room, FORMAT_RECORD_MAX, format, arguments);
    va_end(arguments);
    byte_sink_commit(encoder->sink, length < FORMAT_RECORD_MAX ? (size_t)length : FORMAT_RECORD_MAX - 1);
}

/* In the form of RFC 2822, section 3.3, in UTC. */
static const char *time_text(uint64_t time_us, char text[TIME_SIZE])
{
    time_t seconds = (time_t)(time_us / US_PER_S);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(text, TIME_SIZE, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return text;
}

/* yarrp's names: UDP, UDP6, TCP_SYN, … */
static const char *type_name(const struct layout *layout)
{
    bool is_ipv6 = layout->family == FAMILY_IPV6;

    if (strcmp(layout->name, "icmp") == 0)
        return is_ipv6 ? "ICMP6" : "ICMP";
    if (strcmp(layout->name, "tcp-syn") == 0)
        return is_ipv6 ? "TCP6_SYN" : "TCP_SYN";
    if (strcmp(layout->name, "tcp-ack") == 0)
        return is_ipv6 ? "TCP6_ACK" : "TCP_ACK";
    return is_ipv6 ? "UDP6" : "UDP";
}

/* Keys ascend. A file has one source and one type: those of IPv4, if it has both families. */
static void put_survey(struct encoder *encoder, const struct survey_metadata *metadata)
{
    const struct probe_facts *facts = &of(encoder)->facts;
    bool is_ipv6 = address_is_none(facts->sources.ipv4);
    struct address source = is_ipv6 ? facts->sources.ipv6 : facts->sources.ipv4;
    char text[ADDRESS_TEXT_SIZE], start[TIME_SIZE];

    if (metadata->port)
        put_line(encoder, "# Dst_Port: %u\n", metadata->port);
    if (is_ipv6)
        put_line(encoder, "# Granularity(v6): %u\n", metadata->granularity6);
    put_line(encoder, "# Max_TTL: %u\n# Min_TTL: %u\n", metadata->max_ttl, metadata->min_ttl);
    put_line(
        encoder,
        "# Output_Fields: target sec usec type code ttl hop rtt ipid psize rsize rttl rtos mpls count\n");
    put_line(encoder, "# Program: hopwire %s\n# RTT_Granularity: us\n", metadata->version);
    put_line(encoder, "# Rate: %.0f\n# Seed: %llu\n", metadata->asked_rate,
             (unsigned long long)metadata->seed);
    text[address_format(source, text)] = '\0';
    put_line(encoder, "# SourceIP: %s\n", text);
    put_line(encoder, "# Start: %s\n", time_text(metadata->start_us, start));
    put_line(encoder, "# Trace_Type: %s\n",
             type_name(is_ipv6 ? facts->layouts.ipv6.layout : facts->layouts.ipv4.layout));
}

static void put_head(struct encoder *encoder, const struct survey_metadata *metadata)
{
    of(encoder)->facts = probe_facts_of(metadata);
    if (metadata)
        put_survey(encoder, metadata);
    else
        put_line(encoder, "# Program: hopwire\n# RTT_Granularity: us\n");
}

/* "0", or label:ttl joined by commas. */
static char *put_labels(char *p, const struct record *record)
{
    if (!record->label_count)
        *p++ = '0';
    for (unsigned i = 0; i < record->label_count; i++) {
        if (i)
            *p++ = ',';
        p = number_put(p, record->labels[i] >> LABEL_SHIFT);
        *p++ = ':';
        p = number_put(p, record->labels[i] & TTL_MASK);
    }
    return p;
}

static char *put_number(char *p, uint64_t value)
{
    *p++ = ' ';
    return number_put(p, value);
}

/* Values that the format cannot express would be misread. */
static bool can_be_told(const struct record *record)
{
    return record->time_us != RECORD_NO_TIME && record_has_rtt(record) &&
           !(record->flags & (RECORD_REWRITTEN | RECORD_SYN_ACK | RECORD_RST));
}

static void put_record(struct encoder *encoder, const struct record *given)
{
    struct yrp_encoder *self = of(encoder);
    struct record record = *given;

    if (!can_be_told(given)) {
        encoder->left_out++;
        return;
    }
    probe_facts_fill(&self->facts, &record);
    char *start = byte_sink_reserve(encoder->sink, FORMAT_RECORD_MAX), *p = start;

    p = text_put_address(p, record.target_address);
    p = put_number(p, record.time_us / US_PER_S);
    p = put_number(p, record.time_us % US_PER_S);
    p = put_number(p, record.icmp_type);
    p = put_number(p, record.icmp_code);
    p = put_number(p, record.probe_ttl);
    *p++ = ' ';
    p = text_put_address(p, record.responder);
    p = put_number(p, record.rtt_us);
    p = put_number(p, record.reply_ip_id);
    p = put_number(p, record.probe_size);
    p = put_number(p, record.reply_size);
    p = put_number(p, record.reply_ttl);
    p = put_number(p, record.reply_tos);
    *p++ = ' ';
    p = put_labels(p, &record);
    p = put_number(p, ++self->count);
    *p++ = '\n';
    byte_sink_commit(encoder->sink, (size_t)(p - start));
    self->last_us = record.time_us;
}

static void put_end(struct encoder *encoder)
{
    char text[TIME_SIZE];

    if (of(encoder)->last_us)
        put_line(encoder, "# End: %s\n", time_text(of(encoder)->last_us, text));
    put_line(encoder, "#\n");
}

const struct output_format output_yrp = {
    .name = "yrp",
    .extension = ".yrp",
    .not_held =
        "flows, rounds, quoted TTLs, sources, ports, TC and bottom of labels, other extensions, flags",
    .size = sizeof(struct yrp_encoder),
    .begin = put_head,
    .record = put_record,
    .finish = put_end,
};
