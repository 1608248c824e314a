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

/* Both sides of each field's edge, and of the wrap after 24 bits. */
static const uint32_t times[] = {0,        1,         0xffff,     0x10000,    0x123456,
                                 0xffffff, 0x1000000, 0x7fffffff, 0xfffeffff, 0xffffffff};
static const uint32_t extremes[] = {0, 1, 0xffff, 0x10000, 0xffff0000, 0x7fffffff, 0xffffffff};

unsigned layout_check_craft(const struct checked_layout *layout, const struct probe *probe, uint32_t now_us,
                            uint8_t *ip)
{
    struct layout_template template;

    memset(ip, 0, QUOTATION_ROOM);
    layout->template_init(&template, LAYOUT_CHECK_KEY, address_of_ipv4(LAYOUT_CHECK_SOURCE), layout->port);
    layout->prepare(&template, ip);
    return layout->craft(&template, probe, now_us, ip);
}

uint16_t layout_check_transport_sum(const uint8_t *ip, unsigned length)
{
    uint8_t pseudo[12] = {0}; /* RFC 768; RFC 9293, section 3.1 */

    if (ip[IPV4_PROTOCOL] != PROTOCOL_ICMP) {
        memcpy(pseudo, ip + IPV4_SOURCE, 8);
        pseudo[9] = ip[IPV4_PROTOCOL];
        store_be16(pseudo + 10, (uint16_t)(length - IPV4_HEADER));
    }
    return reference_sum(reference_sum(0, pseudo, sizeof(pseudo)), ip + IPV4_HEADER, length - IPV4_HEADER);
}

static enum probe_origin recover(const struct checked_layout *layout, struct siphash_key key,
                                 const uint8_t *ip, struct quoted_probe *out)
{
    return layout->recover(key, layout->port, ip, reply_quoted_transport_ipv4(ip, ip + QUOTATION_ROOM),
                           ip + QUOTATION_ROOM, out);
}

static void expect_well_formed(const struct checked_layout *layout, const struct probe *probe,
                               const uint8_t *ip, unsigned length)
{
    cr_assert_eq(ip[0], IPV4_FIRST_BYTE);
    cr_assert_eq(load_be16(ip + IPV4_TOTAL_LENGTH), length, "IP total length");
    cr_assert_eq(reference_sum(0, ip, IPV4_HEADER), 0xffff, "IP checksum, TTL %u", probe->ttl);
    cr_assert_eq(layout_check_transport_sum(ip, length), 0xffff, "TTL %u", probe->ttl);
    cr_assert_neq(load_be16(ip + IPV4_ID), 0, "an ID of 0 is filled in by others");
    cr_assert_eq(load_be16(ip + IPV4_FRAGMENT), 0, "neither DF nor a fragment");
    cr_assert_eq(ip[IPV4_TTL], probe->ttl);
    for (unsigned i = layout->crafted; i < length; i++)
        cr_assert_eq(ip[i], 0, "byte %u", i);
}

void layout_check_recovered(const struct probe *probe, uint32_t now_us, const struct quoted_probe *quoted)
{
    cr_assert(address_equal(quoted->source, address_of_ipv4(LAYOUT_CHECK_SOURCE)));
    cr_assert(address_equal(quoted->probe.target_address, probe->target_address));
    cr_assert_eq(quoted->probe.flow, probe->flow);
    cr_assert_eq(quoted->probe.ttl, probe->ttl);
    cr_assert_eq(quoted->sent_at, now_us & PROBE_TIME_MASK);
}

static void expect_all_right(const struct checked_layout *layout, const struct probe *probe, uint32_t now_us)
{
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;

    expect_well_formed(layout, probe, ip, layout_check_craft(layout, probe, now_us, ip));
    cr_assert_eq(recover(layout, LAYOUT_CHECK_KEY, ip, &quoted), PROBE_OURS, "TTL %u at %#x", probe->ttl,
                 now_us);
    cr_assert_eq(quoted.quoted_ttl, probe->ttl);
    layout_check_recovered(probe, now_us, &quoted);
}

void layout_check_every_probe(const struct checked_layout *layout)
{
    uint64_t random = 1;

    for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
        for (size_t flow = 0; flow < COUNT(layout->flows); flow++)
            for (size_t time = 0; time < COUNT(times); time++)
                for (size_t target = 0; target < COUNT(extremes) + 10; target++)
                    expect_all_right(
                        layout,
                        &(struct probe){.target_address = address_of_ipv4(
                                            target < COUNT(extremes) ? extremes[target]
                                                                     : (uint32_t)reference_random(&random)),
                                        .flow = layout->flows[flow],
                                        .ttl = (uint8_t)ttl},
                        times[time]);
}

static struct probe random_probe(const struct checked_layout *layout, uint64_t *random)
{
    uint64_t drawn = reference_random(random);

    return (struct probe){.target_address = address_of_ipv4((uint32_t)drawn),
                          .flow = (uint16_t)((drawn >> 32) % (layout->flows[3] + 1U)),
                          .ttl = (uint8_t)(1 + (drawn >> 56) % PROBE_MAX_TTL)};
}

void layout_check_patching(const struct checked_layout *layout)
{
    struct layout_template template;
    uint8_t patched[QUOTATION_ROOM], fresh[QUOTATION_ROOM];
    uint64_t random = 2;

    layout->template_init(&template, LAYOUT_CHECK_KEY, address_of_ipv4(LAYOUT_CHECK_SOURCE), layout->port);
    layout->prepare(&template, patched);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct probe probe = random_probe(layout, &random);
        uint32_t now_us = (uint32_t)reference_random(&random);
        unsigned length = layout->craft(&template, &probe, now_us, patched);

        cr_assert_eq(layout_check_craft(layout, &probe, now_us, fresh), length);
        cr_assert_arr_eq(patched, fresh, length);
    }
}

/* Paris traceroute: what routers hash depends on target and flow alone. */
void layout_check_one_path(const struct checked_layout *layout)
{
    uint8_t first[QUOTATION_ROOM], other[QUOTATION_ROOM];
    unsigned same_flow = 0, same_target = 0;
    uint64_t random = 3;

    for (unsigned round = 0; round < 1000; round++) {
        struct probe probe = random_probe(layout, &random);

        layout_check_craft(layout, &probe, (uint32_t)reference_random(&random), first);
        probe.ttl = (uint8_t)(1 + reference_random(&random) % PROBE_MAX_TTL);
        layout_check_craft(layout, &probe, (uint32_t)reference_random(&random), other);
        cr_assert_arr_eq(first + IPV4_HEADER, other + IPV4_HEADER, 4);
        cr_assert_eq(first[IPV4_TOS], other[IPV4_TOS]);
        probe.target_address.low++;
        layout_check_craft(layout, &probe, 0, other);
        same_target += memcmp(first + IPV4_HEADER, other + IPV4_HEADER, 4) == 0;
        probe.target_address.low--;
        probe.flow = probe.flow ? probe.flow - 1 : 1;
        layout_check_craft(layout, &probe, 0, other);
        same_flow += memcmp(first + IPV4_HEADER, other + IPV4_HEADER, 4) == 0;
    }
    cr_expect_leq(same_flow, 2);
    cr_expect_leq(same_target, 20);
}

void layout_check_other_survey(const struct checked_layout *layout)
{
    const struct siphash_key other = {LAYOUT_CHECK_KEY.k0 ^ 1, LAYOUT_CHECK_KEY.k1};
    uint8_t ip[QUOTATION_ROOM];
    struct quoted_probe quoted;
    unsigned ours = 0;
    uint64_t random = 4;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct probe probe = random_probe(layout, &random);

        layout_check_craft(layout, &probe, round, ip);
        ours += recover(layout, other, ip, &quoted) == PROBE_OURS;
    }
    cr_assert_eq(ours, 0);
}

/* What the tags that are right cover is what was sent. */
static bool is_what_was_sent(enum probe_origin origin, const struct probe *probe,
                             const struct quoted_probe *quoted, uint32_t now_us)
{
    if (origin == PROBE_FOREIGN || origin == PROBE_FORGED)
        return true;
    if (quoted->probe.flow != probe->flow || quoted->probe.ttl != probe->ttl)
        return false;
    if (origin != PROBE_REWRITTEN && !address_equal(quoted->probe.target_address, probe->target_address))
        return false;
    return origin != PROBE_OURS || quoted->sent_at == (now_us & PROBE_TIME_MASK);
}

static void expect_judged(const struct checked_layout *layout, const struct quotation_change *change)
{
    uint64_t random = 5;
    unsigned others = 0;

    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t ip[QUOTATION_ROOM];
        struct quoted_probe quoted;
        struct probe probe = random_probe(layout, &random);

        layout_check_craft(layout, &probe, (uint32_t)random, ip);
        change->make(ip);
        enum probe_origin origin = recover(layout, LAYOUT_CHECK_KEY, ip, &quoted);
        others += origin != change->origin || !is_what_was_sent(origin, &probe, &quoted, (uint32_t)random);
    }
    /* One more: T1 agrees with what is not so once in 2^15 times. */
    cr_expect_leq(others, 1 + (unsigned)(1.5 * change->chance * ROUNDS), "%s: %u judged otherwise",
                  change->what, others);
}

void layout_check_changes(const struct checked_layout *layout, const struct quotation_change *changes,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_judged(layout, &changes[i]);
}

void layout_check_unrelated(const struct checked_layout *layout, void (*shape)(uint8_t *ip),
                            unsigned judged[PROBE_OURS + 1])
{
    uint8_t ip[QUOTATION_ROOM] = {0};
    struct quoted_probe quoted;
    uint64_t random = 6;

    memset(judged, 0, (PROBE_OURS + 1) * sizeof(*judged));
    for (unsigned round = 0; round < LAYOUT_UNRELATED; round++) {
        reference_random_bytes(&random, ip, 28);
        shape(ip);
        judged[recover(layout, LAYOUT_CHECK_KEY, ip, &quoted)]++;
    }
}

void layout_check_share(const char *what, unsigned counted, double bits)
{
    double expected = LAYOUT_UNRELATED / pow(2, bits), room = 5 * sqrt(expected) + 1;

    cr_expect_leq(counted, expected + room, "%s: %u", what, counted);
    cr_expect_geq(counted, expected - room, "%s: %u", what, counted);
}
