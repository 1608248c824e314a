// SPDX-License-Identifier: GPL-2.0-or-later
/* What the truth asks about a probe is what the responder sees of it: by every layout, both agree on who answers. */
#include <criterion/criterion.h>
#include <linux/bpf.h>

#include "responder_fixture.h"
#include "sim/question.h"
#include "worlds.h"

enum { PROBES = 3000 };

static const struct siphash_key KEY = {3, 4};

static struct address some_address(enum address_family family, uint64_t i)
{
    if (family == FAMILY_IPV4)
        return address_of_ipv4(some_target(i));
    return (struct address){0x2600000000000000 | mix64(i) >> 5, mix64(~i)};
}

static struct address replier(const struct frame *frame, enum address_family family)
{
    const uint8_t *ip = frame->bytes + ETHERNET_HEADER;

    return family == FAMILY_IPV4 ? address_of_ipv4(load_be32(ip + IPV4_SOURCE))
                                 : address_load(ip + IPV6_SOURCE);
}

static void judge(const struct sim_topology *world, const struct sim_responder *responder,
                  const struct layout_choice *layout, uint64_t i)
{
    enum address_family family = layout->layout->family;
    struct probe probe = {
        .target_address = some_address(family, i), .flow = i % 5, .ttl = (uint8_t)(3 + i % 20)};
    struct address source = sim_address(SIM_HOST_ADDRESS, family);
    struct sim_question question = sim_question_of(world, layout, source, probe.target_address, probe.flow);
    struct frame in, out;
    struct sim_hop hop;

    uint8_t *ip = frame_start(&in, 0, family == FAMILY_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    in.length += layout_craft_once(layout, source, &probe, (uint32_t)i, ip);
    uint32_t verdict = responder_run(responder, &in, &out);
    sim_hop(world, question.number, question.flow, 0, probe.ttl, &hop);
    hop = sim_question_judge(&question, &hop);
    if (hop.by_chance) /* nobody knows which router this packet met */
        return;
    cr_assert_eq(verdict, hop.answers ? XDP_TX : XDP_DROP, "%s, probe %lu", layout->layout->name,
                 (unsigned long)i);
    if (hop.answers)
        cr_assert(address_equal(replier(&out, family), sim_hop_address(world, &hop, probe.target_address)),
                  "%s, probe %lu", layout->layout->name, (unsigned long)i);
}

Test(question, the_responder_answers_as_the_truth_says)
{
    struct sim_options options = sim_options_default();

    options.rate_limits = 0;
    options.balanced_permille = 1000;
    options.answering_permille = 500;
    struct sim_topology world = make_world_of(options);
    struct sim_responder *responder = responder_load(&world);
    for (int i = 0; i < LAYOUT_COUNT; i++) {
        const struct layout_choice layout = layout_choose(&layouts[i], KEY);

        for (uint64_t probe = 0; probe < PROBES; probe++)
            judge(&world, responder, &layout, probe);
    }
    sim_responder_destroy(responder);
}
