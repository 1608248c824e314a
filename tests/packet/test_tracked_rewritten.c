// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What middleboxes and old stacks make of a quoted probe of packet/tracked.h, field by field. The table holds
 * other probes of the same path, to which a changed number leads: the answer must go to the right one.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "support/quotation6_changes.h"
#include "support/tracked_packets.h"
#include "table.h"

enum {
    TIME_EXCEEDED = 11 << 8,
    QUOTED = 28,
    PROBES = 600, /* so that an ID swapped is that of another */
    ASKED = 515,  /* 0x0203 */
};

enum outcome {
    OURS,
    FLAGGED,
    LOST,
};

static void put(uint8_t *quotation, unsigned offset, int add)
{
    store_be16(quotation + offset, (uint16_t)(load_be16(quotation + offset) + add));
}

static void next_id(uint8_t *quotation)
{
    put(quotation, 4, 1);
}

static void no_header_fields(uint8_t *quotation)
{
    quotation[1] = 0xff;
    store_be16(quotation + 2, 0);
    store_be16(quotation + 6, 0x0040);
    quotation[8] = 0;
    store_be16(quotation + 10, 0);
}

static void another_protocol_and_flow(uint8_t *quotation)
{
    another_protocol(quotation);
    put(quotation, 20, 1);
    put(quotation, 22, 1);
}

static void next_word_6(uint8_t *quotation)
{
    put(quotation, 26, 1);
}

/* Of IPv6. */
static void label_and_class(uint8_t *quotation)
{
    store_be32(quotation, 0x6ff00000);
}

static void another_next_header_and_flow(uint8_t *quotation)
{
    another_next_header(quotation);
    put(quotation, 40, 1);
    put(quotation, 42, 1);
}

static void version_4(uint8_t *quotation)
{
    quotation[0] = 0x45;
}

static void next_word_23(uint8_t *quotation)
{
    put(quotation, 46, 1);
}

static void next_number_in_data(uint8_t *quotation)
{
    put(quotation, 56, 1);
}

static void zeros_behind_48_bytes(uint8_t *quotation)
{
    memset(quotation + 48, 0, 32);
}

static void no_label_and_zeros(uint8_t *quotation)
{
    label_cleared(quotation);
    zeros_behind_48_bytes(quotation);
}

struct change {
    const char *what;
    void (*make)(uint8_t *quotation);
    enum outcome outcomes[KINDS];
};

/* Of IPv6 all is quoted. */
static const struct change ipv6_changes[] = {
    {"payload length + 8", payload_length_and_8, {OURS, OURS, OURS}},
    {"no payload length", no_payload_length, {OURS, OURS, OURS}},
    {"label and class", label_and_class, {OURS, OURS, OURS}},
    {"hop limit 0", quoted_hop_limit_0, {OURS, OURS, OURS}},
    {"next header", another_next_header, {OURS, OURS, OURS}},
    {"next header and flow", another_next_header_and_flow, {FLAGGED, FLAGGED, FLAGGED}},
    {"version", version_4, {LOST, LOST, LOST}},
    {"source prefix", translate_source_prefix, {FLAGGED, FLAGGED, FLAGGED}},
    {"target prefix", translate_target_prefix, {FLAGGED, FLAGGED, FLAGGED}},
    /* UDP: the checksum, which is the proof; ICMP, TCP: the number of the next probe. */
    {"the last word of 48 bytes", next_word_23, {FLAGGED, FLAGGED, FLAGGED}},
    {"the number in the data", next_number_in_data, {FLAGGED, FLAGGED, OURS}},
    {"zeros instead of the data", zeros_behind_48_bytes, {OURS, OURS, OURS}},
    {"likewise, and no label", no_label_and_zeros, {LOST, FLAGGED, OURS}},
};

static const struct change ipv4_changes[] = {
    {"total length + 20", length_and_20, {OURS, OURS, OURS}},
    {"header in another byte order", as_little_endian_bsd, {FLAGGED, FLAGGED, OURS}},
    {"no ID", no_id, {FLAGGED, FLAGGED, OURS}},
    {"the ID of the next probe", next_id, {FLAGGED, FLAGGED, OURS}},
    {"ID swapped", swap_id, {FLAGGED, FLAGGED, OURS}},
    {"TOS, length, fragment, TTL, checksum", no_header_fields, {OURS, OURS, OURS}},
    {"protocol", another_protocol, {OURS, OURS, OURS}},
    {"protocol and flow", another_protocol_and_flow, {LOST, LOST, LOST}},
    {"version", version_6, {LOST, LOST, LOST}},
    /* UDP: the checksum, which is the proof; ICMP, TCP: the number of the next probe. */
    {"the seventh word", next_word_6, {FLAGGED, FLAGGED, FLAGGED}},
};

/* The table, and an error about the probe ASKED in it. */
static struct tracked *ask(const struct layout *layout, struct tracked_packet *error)
{
    struct tracked *tracked = tracked_packets_table(layout, 5);

    for (unsigned n = 1; n <= PROBES; n++) {
        struct probe probe = tracked_packets_probe(layout);

        probe.ttl = (uint8_t)(1 + n % 30);
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, n);
        if (n == ASKED)
            *error = tracked_packets_quote(&packet, TIME_EXCEEDED,
                                           layout->family == FAMILY_IPV4 ? QUOTED : packet.length);
    }
    return tracked;
}

static void expect(struct tracked *tracked, const struct tracked_packet *error, enum outcome outcome,
                   const char *name, const char *what)
{
    struct reply reply;
    enum decode_verdict verdict = tracked_packets_decode(tracked, error, &reply);

    cr_expect_eq(verdict, outcome == LOST ? DECODE_REJECT_FOREIGN : DECODE_ACCEPTED, "%s, %s: %d", name, what,
                 (int)verdict);
    if (verdict != DECODE_ACCEPTED)
        return;
    cr_expect_eq(reply.rewritten, outcome == FLAGGED, "%s, %s", name, what);
    cr_expect_eq(reply.sent->sent_ns, ASKED, "%s, %s: probe %u", name, what, (unsigned)reply.sent->sent_ns);
}

static void expect_change(const struct layout *layout, const struct change *change)
{
    struct tracked_packet error;
    struct tracked *tracked = ask(layout, &error);

    change->make(tracked_packets_quotation(&error));
    tracked_packets_seal(&error);
    expect(tracked, &error, change->outcomes[tracked_packets_kind(layout)], layout->name, change->what);
    tracked_free(tracked);
}

Test(tracked_rewritten, every_field_and_every_change)
{
    FOR_TRACKED_LAYOUTS (layout) {
        bool ipv4 = layout->family == FAMILY_IPV4;
        size_t count = ipv4 ? COUNT(ipv4_changes) : COUNT(ipv6_changes);

        for (size_t n = 0; n < count; n++)
            expect_change(layout, ipv4 ? &ipv4_changes[n] : &ipv6_changes[n]);
    }
}

/* Puts bytes into a quotation behind its fixed header. */
static uint8_t *put_in(struct tracked_packet *error, enum address_family family, unsigned size)
{
    uint8_t *behind = tracked_packets_quotation(error) + ip_header(family);

    memmove(behind + size, behind, error->length - (unsigned)(behind - error->bytes));
    error->length += size;
    if (family == FAMILY_IPV4)
        store_be16(error->bytes + 2, (uint16_t)error->length);
    else
        store_be16(error->bytes + 4, (uint16_t)(error->length - 40));
    return behind;
}

/* No Operation; or destination options that are padding (RFC 8200, section 4.2). */
static void put_in_options(struct tracked_packet *error, enum address_family family, unsigned units)
{
    uint8_t *quotation = tracked_packets_quotation(error);

    if (family == FAMILY_IPV4) {
        memset(put_in(error, family, 4 * units), 1, 4 * units);
        quotation[0] = (uint8_t)(0x45 + units);
        return;
    }
    uint8_t *header = put_in(error, family, 8 * units);
    memset(header, 0, 8 * units);
    header[0] = quotation[6];
    header[1] = (uint8_t)(units - 1);
    quotation[6] = 60;
}

Test(tracked_rewritten, options_that_were_put_in_on_the_way)
{
    FOR_TRACKED_LAYOUTS (layout) {
        for (unsigned units = 1; units <= 10; units++) {
            struct tracked_packet error;
            struct tracked *tracked = ask(layout, &error);

            put_in_options(&error, layout->family, units);
            tracked_packets_seal(&error);
            expect(tracked, &error, OURS, layout->name, "options");
            tracked_free(tracked);
        }
    }
}
