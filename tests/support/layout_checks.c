// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/layout_checks.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "reference.h"
#include "reply_parse.h"
#include "table.h"

enum {
    ROUNDS = 10000,
};

/* Values on both sides of the limits of each field, and of the wrap after 24 bits. */
static const uint32_t times[] = {0,        1,         0xffff,     0x10000,    0x123456,
                                 0xffffff, 0x1000000, 0x7fffffff, 0xfffeffff, 0xffffffff};
static const uint32_t extremes[] = {0, 1, 0xffff, 0x10000, 0xffff0000, 0x7fffffff, 0xffffffff};

static unsigned header_of(const uint8_t *ip)
{
    return ip[0] >> 4 == 6 ? IPV6_HEADER : IPV4_HEADER;
}

unsigned layout_check_craft(const struct checked_layout *layout, const struct probe *probe, uint32_t now_us,
                            uint8_t *ip)
{
    struct layout_template template;

    memset(ip, 0, QUOTATION_ROOM);
    layout->template_init(&template, LAYOUT_CHECK_KEY, layout_check_source(layout->family), layout->port);
    layout->prepare(&template, ip);
    return layout->craft(&template, probe, now_us, ip);
}

/* RFC 768; RFC 9293, section 3.1. */
static uint16_t pseudo_header_sum(const uint8_t *ip, unsigned length)
{
    uint8_t pseudo[12] = {0};

    if (ip[IPV4_PROTOCOL] == PROTOCOL_ICMP)
        return 0;
    memcpy(pseudo, ip + IPV4_SOURCE, 8);
    pseudo[9] = ip[IPV4_PROTOCOL];
    store_be16(pseudo + 10, (uint16_t)(length - IPV4_HEADER));
    return reference_sum(0, pseudo, sizeof(pseudo));
}

/* RFC 8200, section 8.1. */
static uint16_t pseudo_header6_sum(const uint8_t *ip, unsigned length)
{
    uint8_t pseudo[40] = {0};

    memcpy(pseudo, ip + IPV6_SOURCE, 2 * IPV6_ADDRESS);
    store_be32(pseudo + 32, length - IPV6_HEADER);
    pseudo[39] = ip[IPV6_NEXT_HEADER];
    return reference_sum(0, pseudo, sizeof(pseudo));
}

uint16_t layout_check_transport_sum(const uint8_t *ip, unsigned length)
{
    uint16_t sum = ip[0] >> 4 == 6 ? pseudo_header6_sum(ip, length) : pseudo_header_sum(ip, length);

    return reference_sum(sum, ip + header_of(ip), length - header_of(ip));
}

enum probe_origin layout_check_recover(const struct checked_layout *layout, struct siphash_key key,
                                       const uint8_t *ip, struct quoted_probe *out)
{
    const uint8_t *end = ip + (layout->kept ? layout->kept : QUOTATION_ROOM);
    const uint8_t *transport =
        layout->family == FAMILY_IPV4 ? reply_quoted_transport_ipv4(ip, end) : ip + IPV6_HEADER;

    return layout->recover(key, layout->port, ip, transport, end, out);
}

static void expect_header(const char *name, const struct probe *probe, const uint8_t *ip, unsigned length)
{
    cr_assert_eq(ip[0], IPV4_FIRST_BYTE, "%s", name);
    cr_assert_eq(load_be16(ip + IPV4_TOTAL_LENGTH), length, "%s: IP total length", name);
    cr_assert_eq(reference_sum(0, ip, IPV4_HEADER), 0xffff, "%s: IP checksum, TTL %u", name, probe->ttl);
    cr_assert_neq(load_be16(ip + IPV4_ID), 0, "%s: an ID of 0 is filled in by others", name);
    cr_assert_eq(load_be16(ip + IPV4_FRAGMENT), 0, "%s: neither DF nor a fragment", name);
    cr_assert_eq(ip[IPV4_TTL], probe->ttl, "%s", name);
}

static void expect_header6(const char *name, const struct probe *probe, const uint8_t *ip, unsigned length)
{
    cr_assert_eq(load_be32(ip) & ~IPV6_FLOW_LABEL, IPV6_FIRST_WORD, "%s: version and traffic class", name);
    cr_assert_eq(load_be16(ip + IPV6_PAYLOAD_LENGTH), length - IPV6_HEADER, "%s: payload length", name);
    cr_assert_eq(ip[IPV6_HOP_LIMIT], probe->ttl, "%s", name);
    cr_assert(address_equal(address_load(ip + IPV6_DESTINATION), probe->target_address), "%s", name);
}

static void expect_well_formed(const struct checked_layout *layout, const struct probe *probe,
                               const uint8_t *ip, unsigned length)
{
    (layout->family == FAMILY_IPV4 ? expect_header : expect_header6)(layout->name, probe, ip, length);
    cr_assert_eq(layout_check_transport_sum(ip, length), 0xffff, "%s: TTL %u", layout->name, probe->ttl);
    for (unsigned i = layout->crafted; i < length; i++)
        cr_assert_eq(ip[i], 0, "%s: byte %u", layout->name, i);
}

static uint32_t wire_time(const struct checked_layout *layout, uint32_t now_us)
{
    return layout->wire_time ? layout->wire_time(now_us) : now_us;
}

static bool is_time(uint32_t sent_at, uint32_t now_us)
{
    return ((sent_at ^ now_us) & PROBE_TIME_MASK) == 0;
}

void layout_check_recovered(const struct probe *probe, uint32_t now_us, const struct quoted_probe *quoted)
{
    enum address_family family = address_family(probe->target_address);

    cr_assert(address_equal(quoted->source, layout_check_source(family)));
    cr_assert(address_equal(quoted->probe.target_address, probe->target_address));
    cr_assert_eq(quoted->probe.flow, probe->flow);
    cr_assert_eq(quoted->probe.ttl, probe->ttl);
    cr_assert(is_time(quoted->sent_at, now_us));
}

static void expect_all_right(const struct checked_layout *layout, const struct probe *probe, uint32_t now_us)
{
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    expect_well_formed(layout, probe, ip, layout_check_craft(layout, probe, now_us, ip));
    cr_assert_eq(layout_check_recover(layout, LAYOUT_CHECK_KEY, ip, &quoted), PROBE_OURS, "%s: TTL %u at %#x",
                 layout->name, probe->ttl, now_us);
    cr_assert_eq(quoted.quoted_ttl, probe->ttl, "%s", layout->name);
    layout_check_recovered(probe, wire_time(layout, now_us), &quoted);
}

static struct address target_of(const struct checked_layout *layout, uint64_t drawn, uint64_t *random)
{
    return layout->family == FAMILY_IPV4 ? address_of_ipv4((uint32_t)drawn)
                                         : (struct address){drawn, reference_random(random)};
}

/* The extremes first; in IPv6 without the address range that stands for IPv4. */
static struct address some_target(const struct checked_layout *layout, size_t number, uint64_t *random)
{
    if (number >= COUNT(extremes))
        return target_of(layout, reference_random(random), random);
    if (layout->family == FAMILY_IPV4)
        return address_of_ipv4(extremes[number]);
    return (struct address){(uint64_t)extremes[number] << 32 | 0xffff, (uint64_t)extremes[number] << 16};
}

void layout_check_every_probe(const struct checked_layout *layout)
{
    uint64_t random = 1;

    for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
        for (size_t flow = 0; flow < COUNT(layout->flows); flow++)
            for (size_t time = 0; time < COUNT(times); time++)
                for (size_t target = 0; target < COUNT(extremes) + 10; target++)
                    expect_all_right(layout,
                                     &(struct probe){.target_address = some_target(layout, target, &random),
                                                     .flow = layout->flows[flow],
                                                     .ttl = (uint8_t)ttl},
                                     times[time]);
}

struct probe layout_check_probe(const struct checked_layout *layout, uint64_t *random)
{
    uint64_t drawn = reference_random(random);

    return (struct probe){.target_address = target_of(layout, drawn, random),
                          .flow = (uint16_t)((drawn >> 32) % (layout->flows[3] + 1U)),
                          .ttl = (uint8_t)(1 + (drawn >> 56) % PROBE_MAX_TTL)};
}

void layout_check_patching(const struct checked_layout *layout)
{
    struct layout_template template;
    uint8_t patched[QUOTATION_ROOM], fresh[QUOTATION_ROOM];
    uint64_t random = 2;

    layout->template_init(&template, LAYOUT_CHECK_KEY, layout_check_source(layout->family), layout->port);
    layout->prepare(&template, patched);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct probe probe = layout_check_probe(layout, &random);
        uint32_t now_us = (uint32_t)reference_random(&random);
        unsigned length = layout->craft(&template, &probe, now_us, patched);

        cr_assert_eq(layout_check_craft(layout, &probe, now_us, fresh), length, "%s", layout->name);
        cr_assert_arr_eq(patched, fresh, length, "%s", layout->name);
    }
}

/* The fields that routers may hash besides addresses and protocol. */
struct hashed {
    uint8_t bytes[8];
};

static struct hashed hashed_of(const struct checked_layout *layout, const struct probe *probe,
                               uint32_t now_us)
{
    uint8_t ip[QUOTATION_ROOM];
    struct hashed hashed = {{0}};

    layout_check_craft(layout, probe, now_us, ip);
    memcpy(hashed.bytes, ip + header_of(ip), 4);
    memcpy(hashed.bytes + 4, ip, layout->family == FAMILY_IPV4 ? 2 : 4);
    return hashed;
}

static bool same_hash(struct hashed a, struct hashed b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

/* Paris traceroute: the fields that routers hash depend on target and flow alone. */
void layout_check_one_path(const struct checked_layout *layout)
{
    unsigned same_flow = 0, same_target = 0;
    uint64_t random = 3;

    for (unsigned round = 0; round < 1000; round++) {
        struct probe probe = layout_check_probe(layout, &random);
        struct hashed first = hashed_of(layout, &probe, (uint32_t)reference_random(&random));

        probe.ttl = (uint8_t)(1 + reference_random(&random) % PROBE_MAX_TTL);
        cr_assert(same_hash(first, hashed_of(layout, &probe, (uint32_t)reference_random(&random))), "%s",
                  layout->name);
        probe.target_address.low++;
        same_target += same_hash(first, hashed_of(layout, &probe, 0));
        probe.target_address.low--;
        probe.flow = probe.flow ? probe.flow - 1 : 1;
        same_flow += same_hash(first, hashed_of(layout, &probe, 0));
    }
    cr_expect_leq(same_flow, 2, "%s", layout->name);
    cr_expect_leq(same_target, 20, "%s", layout->name);
}

void layout_check_other_survey(const struct checked_layout *layout)
{
    const struct siphash_key other = {LAYOUT_CHECK_KEY.k0 ^ 1, LAYOUT_CHECK_KEY.k1};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    unsigned ours = 0;
    uint64_t random = 4;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct probe probe = layout_check_probe(layout, &random);

        layout_check_craft(layout, &probe, round, ip);
        ours += layout_check_recover(layout, other, ip, &quoted) == PROBE_OURS;
    }
    cr_assert_eq(ours, 0, "%s", layout->name);
}

/* The fields that valid tags cover are as they were sent. */
static bool is_what_was_sent(enum probe_origin origin, const struct probe *probe,
                             const struct quoted_probe *quoted, uint32_t now_us)
{
    if (origin == PROBE_FOREIGN || origin == PROBE_FORGED)
        return true;
    if (quoted->probe.flow != probe->flow || quoted->probe.ttl != probe->ttl)
        return false;
    if (origin != PROBE_REWRITTEN && !address_equal(quoted->probe.target_address, probe->target_address))
        return false;
    return origin != PROBE_OURS || is_time(quoted->sent_at, now_us);
}

static void expect_judged(const struct checked_layout *layout, const struct quotation_change *change)
{
    uint64_t random = 5;
    unsigned others = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t ip[QUOTATION_ROOM];
        struct quoted_probe quoted;
        struct probe probe = layout_check_probe(layout, &random);

        layout_check_craft(layout, &probe, (uint32_t)random, ip);
        change->make(ip);
        enum probe_origin origin = layout_check_recover(layout, LAYOUT_CHECK_KEY, ip, &quoted);
        others += origin != change->origin ||
                  !is_what_was_sent(origin, &probe, &quoted, wire_time(layout, (uint32_t)random));
    }
    /* One more: T1 agrees with wrong fields once in 2^15 times. */
    cr_expect_leq(others, 1 + (unsigned)(1.5 * change->chance * ROUNDS), "%s, %s: %u judged otherwise",
                  layout->name, change->what, others);
}

void layout_check_changes(const struct checked_layout *layout, const struct quotation_change *changes,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_judged(layout, &changes[i]);
}

static bool is_judged(enum probe_origin origin, enum probe_origin expected)
{
    return origin == expected || (expected == PROBE_FORGED && origin == PROBE_FOREIGN);
}

static void flip_and_judge(const struct checked_layout *layout, const struct flip_rule *rule)
{
    uint64_t random = 5 + rule->first;
    unsigned flips = 0, others = 0;

    for (unsigned round = 0; round < ROUNDS / 10; round++) {
        struct probe probe = layout_check_probe(layout, &random);
        uint8_t ip[QUOTATION_ROOM];

        layout_check_craft(layout, &probe, (uint32_t)random, ip);
        for (unsigned bit = 8 * rule->first; bit < 8 * (rule->last + 1); bit++, flips++) {
            struct quoted_probe quoted;

            ip[bit / 8] ^= (uint8_t)(1 << bit % 8);
            enum probe_origin origin = layout_check_recover(layout, LAYOUT_CHECK_KEY, ip, &quoted);
            others += !is_judged(origin, rule->origin) ||
                      (origin == PROBE_OURS &&
                       !is_what_was_sent(origin, &probe, &quoted, wire_time(layout, (uint32_t)random)));
            ip[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    cr_expect_leq(others, (unsigned)(1.5 * rule->chance * flips), "bytes %u-%u: %u of %u judged otherwise",
                  rule->first, rule->last, others, flips);
}

void layout_check_flips(const struct checked_layout *layout, const struct flip_rule *rules, size_t count)
{
    unsigned next = 0;

    for (size_t i = 0; i < count; next = rules[i++].last + 1) {
        cr_assert_eq(rules[i].first, next, "no byte is left out");
        flip_and_judge(layout, &rules[i]);
    }
    cr_assert_eq(next, layout->kept ? layout->kept : layout->crafted);
}

void layout_check_unrelated(const struct checked_layout *layout, void (*shape)(uint8_t *ip),
                            unsigned judged[PROBE_OURS + 1])
{
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;
    uint64_t random = 6;

    memset(judged, 0, (PROBE_OURS + 1) * sizeof(*judged));
    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, layout->kept ? layout->kept : layout->crafted);
        shape(ip);
        judged[layout_check_recover(layout, LAYOUT_CHECK_KEY, ip, &quoted)]++;
    }
}

void layout_check_share(const char *what, unsigned counted, double bits)
{
    double expected = LAYOUT_UNRELATED / pow(2, bits), room = 5 * sqrt(expected) + 1;

    cr_expect_leq(counted, expected + room, "%s: %u", what, counted);
    cr_expect_geq(counted, expected - room, "%s: %u", what, counted);
}
