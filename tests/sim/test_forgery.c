// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "mix.h"
#include "packet/reply.h"
#include "packet/sum.h"
#include "sim/forgery.h"
#include "sim_hop.h"

enum { FORGERIES = 200000 };

static const uint8_t host_mac[6] = {2, 0, 0, 0, 0, 2}, gateway_mac[6] = {2, 0, 0, 0, 0, 1};

struct outcome {
    unsigned forged, rewritten;
};

/* Everything about them is right but the tags: decoding gets as far as these. */
static struct outcome decode_many(enum layout_number number)
{
    const struct layout_choice layout = layout_choose(&layouts[number], (struct siphash_key){1, 2});
    const struct layout_pair both = layout_pair_of(&layout);
    struct outcome outcome = {0};

    for (uint64_t i = 0; i < FORGERIES; i++) {
        uint8_t frame[FORGERY_LONGEST];
        struct reply reply;
        unsigned length = forgery_make(frame, layout.layout, host_mac, gateway_mac, mix64(i + 1));
        enum decode_verdict verdict = reply_decode_ethernet(&both, frame, length, &reply);

        cr_assert(verdict == DECODE_REJECT_FORGED || verdict == DECODE_ACCEPTED, "verdict %d", verdict);
        outcome.forged += verdict == DECODE_REJECT_FORGED;
        outcome.rewritten += verdict == DECODE_ACCEPTED && reply.rewritten;
    }
    return outcome;
}

/* As many come through as the tags' lengths say, 2^-8 as rewritten and 2^-23 as ours. */
Test(forgery, only_the_tags_tell_it_from_a_reply)
{
    struct outcome outcome = decode_many(LAYOUT_UDP4);

    cr_expect_geq(outcome.forged + outcome.rewritten, FORGERIES - 1);
    cr_expect(outcome.rewritten > FORGERIES / 300 && outcome.rewritten < FORGERIES / 220, "%u rewritten",
              outcome.rewritten);
}

/* Of 64 bits no forgery is right. */
Test(forgery, over_ipv6_none_comes_through)
{
    cr_expect_eq(decode_many(LAYOUT_UDP6).forged, FORGERIES);
}

Test(forgery, goes_from_the_gateway_to_the_host)
{
    uint8_t frame[FORGERY_LONGEST];

    forgery_make(frame, &layouts[LAYOUT_UDP4], host_mac, gateway_mac, 7);
    cr_expect_arr_eq(frame, host_mac, 6);
    cr_expect_arr_eq(frame + 6, gateway_mac, 6);
    cr_expect_geq(load_be32(frame + 26), SIM_ROUTER_BASE);
    forgery_make(frame, &layouts[LAYOUT_UDP6], host_mac, gateway_mac, 7);
    cr_expect_geq(sim_number(address_load(frame + 22)), SIM_ROUTER_BASE);
    cr_expect(address_equal(address_load(frame + 38), sim_address6(SIM_HOST_ADDRESS)));
}

/* Whoever replays sees the checksum, and sends a right one. */
Test(forgery, replays_are_right_in_all_but_the_sender)
{
    for (enum layout_number number = 0; number < LAYOUT_COUNT; number++) {
        uint8_t reply[FORGERY_LONGEST], frame[FORGERY_LONGEST];
        unsigned at = layouts[number].family == FAMILY_IPV4 ? 26 : 22;
        unsigned length = forgery_make(reply, &layouts[number], host_mac, gateway_mac, 9);
        const uint8_t *ip = frame + 14, *icmp = ip + (at == 26 ? 20 : 40);

        cr_assert_eq(forgery_replay(frame, reply, length, 10), length);
        cr_expect(memcmp(frame + at, reply + at, at == 26 ? 4 : 16));
        cr_expect(sum_valid_icmp(layouts[number].family, ip, icmp, (size_t)(frame + length - icmp)));
    }
}
