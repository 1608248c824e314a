// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What middleboxes and old stacks make of a quoted probe of packet/tracked.h, field by field. The table holds
 * other probes of the same path, to which a changed number leads: the answer must go to the right one.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
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

static void swap(uint8_t *quotation, unsigned offset)
{
    store_be16(quotation + offset, __builtin_bswap16(load_be16(quotation + offset)));
}

static void length_and_20(uint8_t *quotation)
{
    put(quotation, 2, 20);
}

static void swap_header(uint8_t *quotation)
{
    put(quotation, 2, -20);
    swap(quotation, 2);
    swap(quotation, 4);
    swap(quotation, 6);
}

static void no_id(uint8_t *quotation)
{
    store_be16(quotation + 4, 0);
}

static void next_id(uint8_t *quotation)
{
    put(quotation, 4, 1);
}

static void swap_id(uint8_t *quotation)
{
    swap(quotation, 4);
}

static void no_header_fields(uint8_t *quotation)
{
    quotation[1] = 0xff;
    store_be16(quotation + 2, 0);
    store_be16(quotation + 6, 0x0040);
    quotation[8] = 0;
    store_be16(quotation + 10, 0);
}

static void another_protocol(uint8_t *quotation)
{
    quotation[9] = 47;
}

static void another_protocol_and_flow(uint8_t *quotation)
{
    another_protocol(quotation);
    put(quotation, 20, 1);
    put(quotation, 22, 1);
}

static void version_6(uint8_t *quotation)
{
    quotation[0] = 0x65;
}

static void next_word_6(uint8_t *quotation)
{
    put(quotation, 26, 1);
}

static const struct {
    const char *what;
    void (*make)(uint8_t *quotation);
    enum outcome outcomes[KINDS];
} changes[] = {
    {"total length + 20", length_and_20, {OURS, OURS, OURS}},
    {"header in another byte order", swap_header, {FLAGGED, FLAGGED, OURS}},
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
        struct probe probe = tracked_packets_probe();

        probe.ttl = (uint8_t)(1 + n % 30);
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, n);
        if (n == ASKED)
            *error = tracked_packets_quote(&packet, TIME_EXCEEDED, QUOTED);
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

Test(tracked_rewritten, every_field_and_every_change)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++)
        for (size_t n = 0; n < COUNT(changes); n++) {
            enum outcome outcome = changes[n].outcomes[tracked_packets_kind(&layouts[i])];
            struct tracked_packet error;
            struct tracked *tracked = ask(&layouts[i], &error);

            changes[n].make(tracked_packets_quotation(&error));
            tracked_packets_seal(&error);
            expect(tracked, &error, outcome, layouts[i].name, changes[n].what);
            tracked_free(tracked);
        }
}

Test(tracked_rewritten, options_that_were_put_in_on_the_way)
{
    for (size_t i = 0; i < TRACKED_LAYOUTS; i++)
        for (unsigned words = 1; words <= 10; words++) {
            struct tracked_packet error;
            struct tracked *tracked = ask(&layouts[i], &error);
            uint8_t *quotation = tracked_packets_quotation(&error);

            memmove(quotation + 20 + 4 * words, quotation + 20, QUOTED - 20);
            memset(quotation + 20, 1, 4 * words); /* No Operation */
            quotation[0] = (uint8_t)(0x45 + words);
            error.length += 4 * words;
            store_be16(error.bytes + 2, (uint16_t)error.length);
            tracked_packets_seal(&error);
            expect(tracked, &error, OURS, layouts[i].name, "options");
            tracked_free(tracked);
        }
}
