// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/question.h"

/* Surveys send neither extension headers nor options. */
static uint64_t flow_of(const struct sim_question *question, struct address source, const uint8_t *ip,
                        const uint8_t *transport)
{
    if (address_is_ipv4(question->target))
        return sim_flow_hash(address_ipv4(source), address_ipv4(question->target), question->protocol,
                             load_be16(transport + PORT_SOURCE), load_be16(transport + PORT_DESTINATION));
    return sim_flow_hash6(source, question->target, load_be32(ip) & IPV6_FLOW_LABEL, question->protocol,
                          load_be32(transport));
}

struct sim_question sim_question_of(const struct sim_topology *topology, const struct layout_choice *layout,
                                    struct address source, struct address target, uint16_t flow)
{
    const struct probe probe = {.target_address = target, .flow = flow, .ttl = 1};
    uint8_t ip[LAYOUT_LONGEST];
    const uint8_t *transport = ip + (address_is_ipv4(target) ? IPV4_HEADER : IPV6_HEADER);
    struct sim_question question = {
        .target = target,
        .number = sim_target_number(topology, target),
        .protocol = layout->layout->protocol,
    };

    layout_craft_once(layout, source, &probe, 0, ip);
    question.flow = flow_of(&question, source, ip, transport);
    question.port = load_be16(transport + PORT_DESTINATION);
    question.flags = question.protocol == PROTOCOL_TCP ? transport[TCP_FLAGS] : 0;
    return question;
}

struct sim_hop sim_question_judge(const struct sim_question *question, const struct sim_hop *hop)
{
    struct sim_hop judged = *hop;

    if (hop->kind != SIM_HOP_TARGET)
        return judged;
    judged.answers &= sim_firewall_passes(hop->firewall, question->protocol, question->port, question->flags);
    if (question->protocol != PROTOCOL_UDP) {
        judged.address = question->number;
        judged.rewritten = 0;
    }
    return judged;
}
