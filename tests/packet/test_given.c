// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/given.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "bytes.h"
#include "ip_header.h"
#include "reference.h"
#include "reply_frame.h"
#include "table.h"
#include "target_answer.h"

enum {
    CASES = 2000,
    TRIES = 1 << 18,
    RTT_US = 12345,
};

#define SENT_NS (1234567 * NS_PER_MS)
#define CAME_NS (SENT_NS + RTT_US * NS_PER_US)

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
static const struct address_pair sources = {IPV4(0xc6120002), IPV6(0x20010db800000000, 2)};

/* Of these probes protocol and family go together. */
static const struct {
    enum address_family family;
    uint8_t protocol;
} kinds[] = {{FAMILY_IPV4, 17}, {FAMILY_IPV4, 1}, {FAMILY_IPV6, 17}, {FAMILY_IPV6, 58}};

static struct given begin(void)
{
    struct given given;

    cr_assert_eq(given_open(&given, key, &sources), 0);
    given.most = 4;
    return given;
}

static struct probe draw(size_t kind, uint64_t *random)
{
    bool ipv4 = kinds[kind].family == FAMILY_IPV4;
    uint64_t low = reference_random(random), rest = reference_random(random);

    return (struct probe){
        .target_address = ipv4 ? IPV4(low) : IPV6(0x20010db800010000, low),
        .flow = (uint16_t)rest,
        .query = (uint16_t)(rest >> 16),
        .ttl = (uint8_t)(rest >> 32),
        .owner = given_owner(kinds[kind].protocol, (uint32_t)(rest >> 40)),
    };
}

/* Of the whole transport with its pseudo-header, by RFC 768 and RFC 8200, section 8.1. */
static uint16_t transport_sum(enum address_family family, const uint8_t *packet, unsigned length)
{
    unsigned header = family == FAMILY_IPV4 ? 20 : 40;
    uint8_t protocol = packet[family == FAMILY_IPV4 ? 9 : 6];
    uint8_t rest[4] = {0, protocol, (uint8_t)((length - header) >> 8), (uint8_t)(length - header)};
    uint16_t sum = 0;

    if (protocol != 1) {
        sum = reference_sum(0, packet + (family == FAMILY_IPV4 ? 12 : 8), family == FAMILY_IPV4 ? 8 : 32);
        sum = reference_sum(sum, rest, sizeof(rest));
    }
    return reference_sum(sum, packet + header, length - header);
}

static void expect_as_given(const struct probe *probe, const uint8_t *packet, unsigned length)
{
    enum address_family family = address_family(probe->target_address);
    unsigned header = family == FAMILY_IPV4 ? 20 : 40;
    bool udp = given_protocol(probe) == 17;

    cr_expect_eq(length, header + 8 + 10 + probe->ttl);
    cr_expect_eq(ip_length(family, packet), length);
    cr_expect_eq(ip_ttl(family, packet), probe->ttl);
    cr_expect(address_equal(ip_destination(family, packet), probe->target_address));
    cr_expect(address_equal(ip_source(family, packet), address_pair_of(&sources, family)));
    cr_expect_eq(load_be16(packet + header + (udp ? 0 : 4)), probe->query);
    cr_expect_eq(load_be16(packet + header + 2), udp ? probe->flow : probe->query,
                 "of ICMP the checksum is the source port");
    cr_expect_eq(transport_sum(family, packet, length), 0xffff);
    if (family == FAMILY_IPV4)
        cr_expect_eq(reference_sum(0, packet, 20), 0xffff);
    else
        cr_expect_eq(load_be32(packet), 6U << 28 | (probe->owner & 0xfffff));
}

Test(given, packets_have_what_was_given_and_true_checksums)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 1;

    for (int n = 0; n < CASES; n++) {
        struct probe probe = draw((size_t)n % COUNT(kinds), &random);

        expect_as_given(&probe, packet, given_craft(&given, &probe, reference_random(&random), packet));
    }
    given_close(&given);
}

/* A Time Exceeded that quotes so much of a probe; returns where its IP header is. */
static const uint8_t *quote(enum address_family family, const uint8_t *packet, unsigned length,
                            uint8_t frame[REPLY_FRAME_MAX], size_t *reply_length)
{
    const struct reply_shape shape = {.family = family, .quotation = packet, .quoted_length = length};
    unsigned ip_offset, whole = reply_frame_build(&shape, frame, &ip_offset);
    uint8_t *ip = frame + ip_offset, *icmp = ip + ip_header(family);

    if (family == FAMILY_IPV4) {
        store_be16(ip + IPV4_CHECKSUM, (uint16_t)~reference_sum(0, ip, IPV4_HEADER));
        store_be16(icmp + ICMP_CHECKSUM, (uint16_t)~reference_sum(0, icmp, whole - ip_offset - IPV4_HEADER));
    } else {
        store_be16(icmp + ICMP_CHECKSUM, (uint16_t)~transport_sum(family, ip, whole - ip_offset));
    }
    *reply_length = whole - ip_offset;
    return ip;
}

static enum decode_verdict decode_quoted(struct given *given, enum address_family family,
                                         const uint8_t *packet, unsigned length, struct reply *out)
{
    uint8_t frame[REPLY_FRAME_MAX];
    size_t reply_length;
    const uint8_t *ip = quote(family, packet, length, frame, &reply_length);

    return given_decode(given, ip, reply_length, CAME_NS, out);
}

static void expect_probe(const struct reply *reply, const struct probe *probe)
{
    bool udp = given_protocol(probe) == 17;

    cr_expect(address_equal(reply->quoted.probe.target_address, probe->target_address));
    cr_expect_eq(reply->quoted.probe.ttl, probe->ttl);
    cr_expect_eq(reply->facts.src_port, probe->query);
    cr_expect_eq(reply->facts.dst_port, udp ? probe->flow : 0);
    cr_expect_eq(reply->facts.protocol, given_protocol(probe));
    int32_t early = (int32_t)(uint32_t)(SENT_NS / NS_PER_US) - (int32_t)reply->quoted.sent_at;
    cr_expect(early >= 0 && early < 100, "%d us before it was sent", early);
}

/* Of IPv4 28 bytes are enough, of IPv6 there are all. */
Test(given, a_quotation_tells_what_was_sent_and_when)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 2;
    struct reply reply;

    for (int n = 0; n < CASES; n++) {
        struct probe probe = draw((size_t)n % COUNT(kinds), &random);
        enum address_family family = address_family(probe.target_address);
        unsigned length = given_craft(&given, &probe, SENT_NS, packet);

        cr_assert_eq(decode_quoted(&given, family, packet, family == FAMILY_IPV4 ? 28 : length, &reply),
                     DECODE_ACCEPTED, "kind %d", n % 4);
        expect_probe(&reply, &probe);
        cr_expect_eq(reply.kind, REPLY_ICMP_ERROR);
        cr_expect_eq(reply.quoted.quoted_ttl, probe.ttl);
        cr_expect_eq(reply.reply_ttl, 60);
    }
    given_close(&given);
}

Test(given, the_target_itself_answers_echo_requests)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 3;
    struct reply reply;

    for (int n = 0; n < CASES; n++) {
        size_t kind = n % 2 ? 1 : 3;
        struct probe probe = draw(kind, &random);
        unsigned length = given_craft(&given, &probe, SENT_NS, packet);

        cr_assert(target_answer_make(layout_by_name("icmp", kinds[kind].family), packet, 0));
        cr_assert_eq(given_decode(&given, packet, length, CAME_NS, &reply), DECODE_ACCEPTED);
        expect_probe(&reply, &probe);
        cr_expect_eq(reply.kind, REPLY_ECHO);
        cr_expect_eq(reply.quoted.quoted_ttl, 0);
        packet[length - probe.ttl - 1] ^= 1; /* the last byte of the proof */
        cr_expect_eq(given_decode(&given, packet, length, CAME_NS, &reply), DECODE_REJECT_FORGED);
    }
    given_close(&given);
}

/* Each changes what the proof covers: ports, length, time, target; of ICMP also the type. */
Test(given, what_was_not_sent_so_is_not_ours)
{
    static const unsigned places[] = {2, 3, 4, 5, 7};
    struct given given = begin(), other;
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 4;
    struct reply reply;

    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        struct probe probe = draw(kind, &random);
        enum address_family family = kinds[kind].family;
        unsigned length = given_craft(&given, &probe, SENT_NS, packet), header = ip_header(family);

        for (size_t i = kinds[kind].protocol == 17 ? 0 : 2; i < COUNT(places); i++) {
            packet[header + places[i]] ^= 1;
            cr_expect_neq(decode_quoted(&given, family, packet, length, &reply), DECODE_ACCEPTED,
                          "kind %zu, byte %u", kind, places[i]);
            packet[header + places[i]] ^= 1;
        }
        packet[header - 1] ^= 1;
        cr_expect_neq(decode_quoted(&given, family, packet, length, &reply), DECODE_ACCEPTED);
        packet[header - 1] ^= 1;
        cr_expect_eq(decode_quoted(&given, family, packet, length, &reply), DECODE_ACCEPTED);
    }
    cr_assert_eq(given_open(&other, (struct siphash_key){1, 2}, &sources), 0);
    cr_expect_eq(decode_quoted(&other, FAMILY_IPV6, packet, 50, &reply), DECODE_REJECT_FORGED);
    given_close(&other);
    given_close(&given);
}

/* One in 2^16 of what has the shape of our probes: 4 of 2^18 are expected, 20 come once in 10^8 tries. */
Test(given, guesses_fail)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 5, passed = 0;
    struct reply reply;

    for (int n = 0; n < TRIES; n++) {
        struct probe probe = draw(0, &random);

        given_craft(&given, &probe, SENT_NS, packet);
        store_be16(packet + IPV4_ID, (uint16_t)(reference_random(&random) | 1));
        packet[20] ^= 0x80;
        passed += decode_quoted(&given, FAMILY_IPV4, packet, 28, &reply) == DECODE_ACCEPTED;
    }
    cr_expect_leq(passed, 20);
    given_close(&given);
}

Test(given, without_a_check_the_shape_is_enough)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 6;
    struct reply reply;
    struct probe probe = draw(0, &random);

    given_craft(&given, &probe, SENT_NS, packet);
    packet[IPV4_ID] ^= 1;
    given.unproven = true;
    cr_expect_eq(decode_quoted(&given, FAMILY_IPV4, packet, 28, &reply), DECODE_ACCEPTED);
    store_be16(packet + 24, 8); /* no probe of ours is without data */
    cr_expect_eq(decode_quoted(&given, FAMILY_IPV4, packet, 28, &reply), DECODE_REJECT_FOREIGN);
    given_close(&given);
}

Test(given, a_probe_has_few_answers)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST];
    uint64_t random = 7;
    struct reply reply;
    struct probe probe = draw(0, &random);

    given_craft(&given, &probe, SENT_NS, packet);
    for (int n = 0; n < 20; n++)
        cr_expect_eq(decode_quoted(&given, FAMILY_IPV4, packet, 28, &reply),
                     n < 4 ? DECODE_ACCEPTED : DECODE_EXCESS);
    given.most = 0;
    cr_expect_eq(decode_quoted(&given, FAMILY_IPV4, packet, 28, &reply), DECODE_ACCEPTED);
    given_close(&given);
}

/* Nothing behind `length` is read: the sanitizers of the suite see it. */
Test(given, packets_that_end_anywhere_are_safe)
{
    struct given given = begin();
    uint8_t packet[GIVEN_LONGEST], frame[REPLY_FRAME_MAX];
    uint64_t random = 8;
    struct reply reply;

    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        struct probe probe = draw(kind, &random);
        size_t reply_length;
        unsigned length = given_craft(&given, &probe, SENT_NS, packet);
        const uint8_t *ip = quote(kinds[kind].family, packet, length, frame, &reply_length);

        for (size_t cut = 0; cut < reply_length; cut++) {
            uint8_t *exact = malloc(cut + 1);

            memcpy(exact, ip, cut);
            given_decode(&given, exact, cut, CAME_NS, &reply);
            free(exact);
        }
    }
    given_close(&given);
}
