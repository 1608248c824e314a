// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "mix.h"
#include "packet/reply.h"
#include "sim/forgery.h"
#include "sim_hop.h"

enum { FORGERIES = 200000 };

static const uint8_t host_mac[6] = {2, 0, 0, 0, 0, 2}, gateway_mac[6] = {2, 0, 0, 0, 0, 1};

/* Everything about them is right but the tags: decoding gets as far as these, and then lets through as many
 * as the tags' lengths say, 2^-8 as rewritten and 2^-23 as ours. */
Test(forgery, only_the_tags_tell_it_from_a_reply)
{
    const struct layout_choice layout = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){1, 2});
    const struct layout_pair both = layout_pair_of(&layout);
    unsigned forged = 0, rewritten = 0;

    for (uint64_t i = 0; i < FORGERIES; i++) {
        uint8_t frame[FORGERY_LENGTH];
        struct reply reply;
        unsigned length =
            forgery_make(frame, layout.layout, host_mac, gateway_mac, SIM_HOST_ADDRESS, mix64(i + 1));
        enum decode_verdict verdict = reply_decode_ethernet(&both, frame, length, &reply);

        cr_assert(verdict == DECODE_REJECT_FORGED || verdict == DECODE_ACCEPTED, "verdict %d", verdict);
        forged += verdict == DECODE_REJECT_FORGED;
        rewritten += verdict == DECODE_ACCEPTED && reply.rewritten;
    }
    cr_expect_geq(forged + rewritten, FORGERIES - 1);
    cr_expect(rewritten > FORGERIES / 300 && rewritten < FORGERIES / 220, "%u rewritten", rewritten);
}

Test(forgery, goes_from_the_gateway_to_the_host)
{
    uint8_t frame[FORGERY_LENGTH];

    forgery_make(frame, &layouts[LAYOUT_UDP4], host_mac, gateway_mac, SIM_HOST_ADDRESS, 7);
    cr_expect_arr_eq(frame, host_mac, 6);
    cr_expect_arr_eq(frame + 6, gateway_mac, 6);
    cr_expect_geq(load_be32(frame + 26), SIM_ROUTER_BASE);
}
