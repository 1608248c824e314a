// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers every frame that leaves the host for the simulated Internet. It is attached to the far end of the
 * uplink, turns a probe into the reply of the router or target that sim_hop() returns, and sends it back
 * (XDP_TX) or to the delay line (sim_line.h).
 *
 *   read (sim_packet.h) -> sim_hop() -> ICMP error (sim_error.h), Echo Reply (sim_echo.h), TCP (sim_tcp.h)
 *
 * For IPv6 the same happens in headers whose names end in 6. Neighbour discovery and ARP are answered, too.
 */
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "sim_answer6.h"
#include "sim_counter.h"
#include "sim_echo.h"
#include "sim_error.h"
#include "sim_line.h"
#include "sim_meter.h"
#include "sim_neighbour.h"
#include "sim_packet.h"
#include "sim_router.h"
#include "sim_tcp.h"

const volatile struct sim_router_config config;
volatile uint64_t gateway_mac; /* load_be48(); frames for others are ignored */

/* The device to which replies are redirected, our own; 0: they leave by XDP_TX. */
volatile uint32_t egress;

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct sim_router_counters);
} counters SEC(".maps");

/* Returns the configuration without `volatile`, which would not allow to pass it to functions. The barrier
 * prevents the compiler from using the initial zeros as its value. */
static __always_inline const struct sim_router_config *settings(void)
{
    const struct sim_router_config *constant = (const struct sim_router_config *)&config;

    barrier_var(constant);
    return constant;
}

/* When the first packet came, by the kernel's clock; 0: not yet. */
volatile uint64_t begun_ns;

/* Whether the routes to a target have changed by now. */
static __always_inline bool has_changed(const struct sim_topology *topology, uint32_t target)
{
    uint64_t now = bpf_ktime_get_ns();

    if (!begun_ns)
        begun_ns = now;
    return sim_changes(topology, target) && now >= begun_ns + sim_change_ns(topology, target);
}

/*
 * Fills `hop` for a packet. Not static, so that the verifier checks it once and separately from its callers:
 * otherwise its branches would multiply with those of the code that handles the hop.
 */
__noinline int find_hop(const struct arrival *arrival, struct sim_hop *hop)
{
    if (!arrival || !hop)
        return -1;

    const struct sim_topology *topology = &settings()->topology;

    if (config.topology.synthetic.churn_permille && has_changed(topology, arrival->target))
        topology = &settings()->later;
    sim_hop(topology, arrival->target, arrival->flow, arrival->packet, arrival->ttl, hop);
    return 0;
}

/* Returns the length of the link header with up to two VLAN tags, and the EtherType after it; 0 if the frame is
 * shorter. */
static __always_inline uint32_t link_header(const uint8_t *frame, const uint8_t *end, uint16_t *ethertype)
{
    uint32_t length = ETHERNET_HEADER;

    if (!HAS_BYTES(frame, ETHERNET_HEADER, end))
        return 0;
    for (int tags = 0; tags < 2; tags++) {
        *ethertype = load_be16(frame + length - 2);
        if (*ethertype != ETHERTYPE_VLAN_8021Q && *ethertype != ETHERTYPE_VLAN_8021AD)
            return length;
        length += VLAN_TAG;
        if (!HAS_BYTES(frame, length, end))
            return 0;
    }
    *ethertype = load_be16(frame + length - 2);
    return length;
}

/* A router answers all protocols in the same way. */
static __always_inline enum sim_counter
answer_as_router(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival, const struct sim_hop *hop)
{
    const uint8_t *ip = (const uint8_t *)(long)ctx->data + link;
    const uint8_t *end = (void *)(long)ctx->data_end;

    if (!HAS_BYTES(ip, QUOTATION_MIN, end))
        return SIM_IGNORED;
    if (arrival->protocol == PROTOCOL_ICMP && is_icmp_error(ip + IPV4_HEADER))
        return SIM_IGNORED;
    if (hop->limiter && !may_answer(hop->router, hop->limiter, FAMILY_IPV4))
        return SIM_RATE_LIMITED;
    return send_error(ctx, link, arrival, hop, TIME_EXCEEDED) ? SIM_TIME_EXCEEDED : SIM_IGNORED;
}

/* An incomplete datagram would wait for its other fragments, which never come. */
static __always_inline bool is_datagram(const uint8_t *ip, const uint8_t *end, const struct arrival *arrival)
{
    if (!HAS_BYTES(ip, IPV4_HEADER + UDP_HEADER, end))
        return false;

    uint32_t length = load_be16(ip + IPV4_HEADER + UDP_LENGTH);
    return arrival->whole && length >= UDP_HEADER && length + IPV4_HEADER <= arrival->total_length;
}

static __always_inline enum sim_counter refuse(struct xdp_md *ctx, uint32_t link,
                                               const struct arrival *arrival, const struct sim_hop *hop)
{
    const uint8_t *ip = (const uint8_t *)(long)ctx->data + link;
    const uint8_t *end = (void *)(long)ctx->data_end;
    bool is_udp = arrival->protocol == PROTOCOL_UDP;

    if (is_udp && !is_datagram(ip, end, arrival))
        return SIM_IGNORED;
    return send_error(ctx, link, arrival, hop, is_udp ? PORT_UNREACHABLE : PROTOCOL_UNREACHABLE)
               ? SIM_PORT_UNREACHABLE
               : SIM_IGNORED;
}

static __always_inline enum sim_counter
answer_as_target(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival, const struct sim_hop *hop)
{
    if (arrival->protocol != PROTOCOL_TCP && !sim_firewall_passes(hop->firewall, arrival->protocol, 0, 0))
        return SIM_SILENT;
    if (arrival->protocol == PROTOCOL_ICMP)
        return send_echo_reply(ctx, link, arrival, hop) ? SIM_ECHO_REPLY : SIM_IGNORED;
    if (arrival->protocol != PROTOCOL_TCP)
        return refuse(ctx, link, arrival, hop);
    switch (send_segment(ctx, link, arrival, hop)) {
    case TCP_ANSWER:
        return SIM_TCP_REPLY;
    case TCP_NO_ANSWER:
        return SIM_SILENT;
    default:
        return SIM_IGNORED;
    }
}

static __always_inline enum sim_counter answer_packet(struct xdp_md *ctx, uint32_t link, struct sim_hop *hop)
{
    const uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    struct arrival arrival = {0};

    if (!HAS_BYTES(frame, ETHERNET_HEADER, end) || load_be48(frame) != gateway_mac ||
        !read_packet(frame + link, end, &arrival))
        return SIM_IGNORED;
    if (!sim_is_unicast(arrival.target) || find_hop(&arrival, hop) || hop->kind == SIM_HOP_NOTHING ||
        !hop->answers)
        return SIM_SILENT;
    if (sim_is_named(hop->address)) /* a group, in some measured routes */
        hop->address = address_ipv4(sim_named_address(&settings()->topology.cells, hop->address));
    choose_ip_id(&settings()->topology, &arrival, hop);
    if (hop->kind == SIM_HOP_ROUTER)
        return answer_as_router(ctx, link, &arrival, hop);
    return answer_as_target(ctx, link, &arrival, hop);
}

static __always_inline enum sim_counter answer(struct xdp_md *ctx, struct sim_hop *hop)
{
    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    uint16_t ethertype = 0;
    uint32_t link = link_header(frame, end, &ethertype);

    if (link && ethertype == ETHERTYPE_IPV4)
        return answer_packet(ctx, link, hop);
    if (link && ethertype == ETHERTYPE_ARP && answer_arp(frame, end, link, gateway_mac))
        return SIM_NEIGHBOUR;
    return SIM_IGNORED;
}

/* For nearly all frames the first comparison suffices. */
static __always_inline bool is_ipv6(const uint8_t *frame, const uint8_t *end)
{
    uint16_t ethertype = 0;

    if (HAS_BYTES(frame, ETHERNET_HEADER, end) && load_be16(frame + ETHERNET_TYPE) != ETHERTYPE_IPV4)
        link_header(frame, end, &ethertype);
    return ethertype == ETHERTYPE_IPV6;
}

static __always_inline enum sim_counter answer6(struct xdp_md *ctx, struct desk6 *desk)
{
    const uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    struct sim_hop *hop = &desk->hop;
    uint16_t ethertype = 0;

    /* For the verifier, which forgets the value of a length that is read from memory. Otherwise it would check
     * all following code once for each length. */
    desk->link = link_header(frame, end, &ethertype);
    barrier();
    uint32_t link = desk->link & 31;
    if (!link || !HAS_BYTES(frame, LONGEST_LINK, end))
        return SIM_IGNORED;
    if (is_solicitation(frame + link, end))
        return answer_solicitation(ctx, link, desk, gateway_mac) ? SIM_NEIGHBOUR : SIM_IGNORED;
    if (load_be48(frame) != gateway_mac || !read_packet6(frame + link, end, &desk->arrival))
        return SIM_IGNORED;
    desk->arrival.seen.target = sim_target_number(&settings()->topology, desk->arrival.target);
    if (find_hop(&desk->arrival.seen, hop) || hop->kind == SIM_HOP_NOTHING || !hop->answers)
        return SIM_SILENT;
    desk->from = hop->address == desk->arrival.seen.target
                     ? desk->arrival.target
                     : sim_number_address(&settings()->topology, hop->address, FAMILY_IPV6);
    return hop->kind == SIM_HOP_ROUTER ? answer_as_router6(ctx, link, desk)
                                       : answer_as_target6(ctx, link, desk);
}

/* The verdict on a frame that goes back at once. */
static __always_inline int send_back(void)
{
    return egress ? (int)bpf_redirect(egress, 0) : XDP_TX;
}

static __always_inline int verdict_on(struct xdp_md *ctx, enum sim_counter outcome,
                                      const struct line_transit *transit, const struct sim_hop *hop)
{
    if (outcome == SIM_NEIGHBOUR)
        return send_back();
    if (!sim_is_reply(outcome))
        return XDP_DROP;
    return settings()->line.held ? line_way_back(ctx, &settings()->line, transit, hop) : send_back();
}

/* Sends the answer, counts the frame and returns the verdict on it. */
static __always_inline int conclude(struct xdp_md *ctx, struct sim_router_counters *counted,
                                    enum sim_counter outcome, const struct line_transit *transit,
                                    const struct sim_hop *hop)
{
    if (outcome == SIM_IGNORED && transit->corrupted)
        outcome = SIM_CORRUPTED_OUT;

    int verdict = verdict_on(ctx, outcome, transit, hop);
    if (verdict == XDP_DROP && sim_is_reply(outcome))
        outcome = SIM_NO_LINE;
    counted->count[SIM_RECEIVED]++;
    counted->count[outcome]++;
    return verdict;
}

/* The IPv6 half is a separate program: both halves together would need more stack than there is. */
SEC("xdp")
int sim_router6(struct xdp_md *ctx)
{
    struct sim_router_counters *counted = bpf_map_lookup_elem(&counters, &(__u32){0});
    struct desk6 *desk = bpf_map_lookup_elem(&desks6, &(__u32){0});
    struct line_transit transit = {0};

    if (!counted || !desk)
        return XDP_DROP;
    if (is_for_group((const uint8_t *)(long)ctx->data, (const uint8_t *)(long)ctx->data_end)) {
        counted->count[SIM_GROUPS]++;
        return XDP_DROP;
    }
    enum sim_counter outcome = line_way_out(ctx, &settings()->line, &transit);
    if (outcome == SIM_RECEIVED)
        outcome = answer6(ctx, desk);
    return conclude(ctx, counted, outcome, &transit, &desk->hop);
}

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __array(values, int(void *));
} half6 SEC(".maps") = {.values = {[0] = (void *)&sim_router6}};

SEC("xdp")
int sim_router(struct xdp_md *ctx)
{
    struct sim_router_counters *counted = bpf_map_lookup_elem(&counters, &(__u32){0});
    struct line_transit transit = {0};
    struct sim_hop hop = {0};

    if (!counted)
        return XDP_DROP;
    if (is_ipv6((const uint8_t *)(long)ctx->data, (const uint8_t *)(long)ctx->data_end))
        bpf_tail_call(ctx, &half6, 0); /* does not return */

    enum sim_counter outcome = line_way_out(ctx, &settings()->line, &transit);
    if (outcome == SIM_RECEIVED)
        outcome = answer(ctx, &hop);
    return conclude(ctx, counted, outcome, &transit, &hop);
}

char LICENSE[] SEC("license") = "GPL";
