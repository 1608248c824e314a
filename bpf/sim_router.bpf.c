// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet's answer to every frame that leaves the host: attached to the far end of the uplink,
 * it turns a probe into the reply of the router or target that sim_hop() names, and sends it back (XDP_TX).
 *
 *   probe   [ Ethernet, tags | IPv4 | UDP | payload ]
 *   reply   [ Ethernet, tags | IPv4 | ICMP | IPv4 | UDP ]      28 bytes more in front, the payload cut off
 *
 * The probe's own headers stay where they are and become the quotation; only its TTL and IP checksum change
 * on the way, as they do in every router.
 */
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "bytes.h"
#include "checksum.h"
#include "reply_parse.h"
#include "sim_line.h"
#include "sim_router.h"

#define ETHERTYPE_ARP     0x0806
#define ARP_PACKET        28
#define PROTOCOL_ICMP     1
#define PROTOCOL_UDP      17
#define UDP_HEADER        8
#define MORE_IN_FRONT     (IPV4_HEADER + ICMP_HEADER)
#define REPLY_PACKET      (MORE_IN_FRONT + QUOTATION_MIN)
#define LONGEST_LINK      (ETHERNET_HEADER + 2 * VLAN_TAG)
#define UNREACHABLE_PORT  3
#define REPLY_TOS         0xc0   /* internetwork control (RFC 1812, section 4.3.2.5) */
#define IPV4_CHECKSUM_SUM 0xffff /* what the words of a valid header add up to */

const volatile struct sim_router_config config;
volatile uint64_t gateway_mac; /* sim_mac(); frames for others are ignored */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct sim_router_counters);
} counters SEC(".maps");

struct arrival {
    uint32_t source, target;
    uint64_t flow;
    uint32_t ip_sum; /* of the IPv4 header without its checksum, TTL and protocol */
    uint8_t ttl, protocol;
};

/* The configuration without `volatile`, which would forbid to pass it on; the barrier keeps the compiler from
 * taking its initial zeros for its value. */
static __always_inline const struct sim_router_config *settings(void)
{
    const struct sim_router_config *constant = (const struct sim_router_config *)&config;

    barrier_var(constant);
    return constant;
}

/* The length of the link header with up to two VLAN tags and what follows it; 0 where the frame is shorter.
 */
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

/* Sums the IPv4 header; false where its checksum is wrong, as routers drop it then (RFC 1812, section
 * 4.2.2.5). */
static __always_inline bool sum_ipv4(const uint8_t *ip, struct arrival *arrival)
{
    uint32_t sum = 0;

    for (int i = 0; i < IPV4_HEADER; i += 2)
        if (i != 8 && i != 10)
            sum += load_be16(ip + i);
    arrival->ip_sum = sum;
    return checksum_fold(sum + load_be16(ip + 8) + load_be16(ip + 10)) == IPV4_CHECKSUM_SUM;
}

/* Reads a UDP packet without IPv4 options that is whole, first of its fragments and correctly summed. */
static __always_inline bool read_probe(const uint8_t *ip, const uint8_t *end, struct arrival *arrival)
{
    if (!HAS_BYTES(ip, IPV4_HEADER + UDP_HEADER, end) || ip[0] != 0x45 || ip[9] != PROTOCOL_UDP)
        return false;

    uint32_t total_length = load_be16(ip + 2);
    uint32_t udp_length = load_be16(ip + 24);
    if (total_length > (uint64_t)(end - ip) || udp_length < UDP_HEADER ||
        udp_length + IPV4_HEADER > total_length)
        return false;
    if (ip[8] == 0 || load_be16(ip + 6) & 0x1fff || !sum_ipv4(ip, arrival))
        return false;

    arrival->ttl = ip[8];
    arrival->protocol = ip[9];
    arrival->source = load_be32(ip + 12);
    arrival->target = load_be32(ip + 16);
    arrival->flow = sim_flow_hash(arrival->source, arrival->target, arrival->protocol, load_be16(ip + 20),
                                  load_be16(ip + 22));
    return true;
}

/* Gives the quoted IPv4 header the TTL with which it came to the hop, and the checksum that goes with it. */
static __always_inline void age_quotation(uint8_t *quotation, const struct arrival *arrival, uint8_t ttl)
{
    quotation[8] = ttl;
    store_be16(quotation + 10, checksum_finish(arrival->ip_sum + ((uint32_t)ttl << 8) + arrival->protocol));
}

/* The quoted IPv4 header is valid and therefore adds a known sum; its checksum needs no second pass. */
static __always_inline void write_icmp(uint8_t *icmp, bool from_target)
{
    uint8_t type = from_target ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE;
    uint8_t code = from_target ? UNREACHABLE_PORT : 0;
    const uint8_t *udp = icmp + ICMP_HEADER + IPV4_HEADER;
    uint32_t sum = ((uint32_t)type << 8) + code + IPV4_CHECKSUM_SUM;

    for (int i = 0; i < UDP_HEADER; i += 2)
        sum += load_be16(udp + i);
    icmp[0] = type;
    icmp[1] = code;
    store_be16(icmp + 2, checksum_finish(sum));
    store_be32(icmp + 4, 0);
}

static __always_inline void write_ipv4(uint8_t *ip, uint32_t source, uint32_t destination, uint8_t ttl)
{
    uint32_t sum = 0x4500 + REPLY_TOS + REPLY_PACKET + ((uint32_t)ttl << 8) + PROTOCOL_ICMP +
                   checksum_u32(source) + checksum_u32(destination);

    ip[0] = 0x45;
    ip[1] = REPLY_TOS;
    store_be16(ip + 2, REPLY_PACKET);
    store_be32(ip + 4, 0);
    ip[8] = ttl;
    ip[9] = PROTOCOL_ICMP;
    store_be16(ip + 10, checksum_finish(sum));
    store_be32(ip + 12, source);
    store_be32(ip + 16, destination);
}

/* Moves the link header to the new front, addresses swapped. It copies room for two tags, which the IPv4
 * header then overwrites where there are fewer. */
static __always_inline void turn_link_header(uint8_t *frame)
{
    const uint8_t *old = frame + MORE_IN_FRONT;

    __builtin_memcpy(frame, old + 6, 6);
    __builtin_memcpy(frame + 6, old, 6);
    __builtin_memcpy(frame + 12, old + 12, LONGEST_LINK - 12);
}

/* Turns the frame into the reply of `hop`; false where the frame cannot be resized. */
static __always_inline bool reply(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                  const struct sim_hop *hop)
{
    int length = (int)(ctx->data_end - ctx->data);

    barrier_var(length); /* the verifier refuses a sum reordered around the packet's end */
    if (bpf_xdp_adjust_tail(ctx, (int)link + QUOTATION_MIN - length) ||
        bpf_xdp_adjust_head(ctx, -MORE_IN_FRONT))
        return false;

    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    uint8_t *ip = frame + link;
    if (!HAS_BYTES(frame, MORE_IN_FRONT + LONGEST_LINK, end) || !HAS_BYTES(ip, REPLY_PACKET, end))
        return false;

    turn_link_header(frame);
    write_ipv4(ip, hop->address, arrival->source, hop->reply_ttl);
    age_quotation(ip + MORE_IN_FRONT, arrival, sim_quoted_ttl(hop, arrival->ttl));
    write_icmp(ip + IPV4_HEADER, hop->kind == SIM_HOP_TARGET);
    return true;
}

static __always_inline enum sim_counter answer_probe(struct xdp_md *ctx, uint32_t link, struct sim_hop *hop)
{
    const uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    struct arrival arrival;

    if (!HAS_BYTES(frame, ETHERNET_HEADER, end) || sim_mac(frame) != gateway_mac ||
        !read_probe(frame + link, end, &arrival))
        return SIM_IGNORED;
    sim_hop(&settings()->topology, arrival.target, arrival.flow, arrival.ttl, hop);
    if (hop->kind == SIM_HOP_NOTHING || !hop->answers)
        return SIM_SILENT;
    if (!reply(ctx, link, &arrival, hop))
        return SIM_IGNORED;
    return hop->kind == SIM_HOP_TARGET ? SIM_PORT_UNREACHABLE : SIM_TIME_EXCEEDED;
}

/* Answers who has the gateway's address, in place (RFC 826). */
static __always_inline enum sim_counter answer_arp(uint8_t *frame, const uint8_t *end, uint32_t link)
{
    uint8_t *arp = frame + link;

    if (!HAS_BYTES(arp, ARP_PACKET, end))
        return SIM_IGNORED;
    bool is_request = load_be32(arp) == 0x00010800 && load_be32(arp + 4) == 0x06040001;
    if (!is_request || load_be32(arp + 24) != SIM_GATEWAY_ADDRESS)
        return SIM_IGNORED;

    arp[7] = 2;                              /* a reply */
    __builtin_memcpy(arp + 18, arp + 8, 10); /* to who asked: hardware and protocol address */
    store_be32(arp + 14, SIM_GATEWAY_ADDRESS);
    __builtin_memcpy(frame, frame + 6, 6);
    uint64_t mac = gateway_mac;
    store_be16(arp + 8, (uint16_t)(mac >> 32));
    store_be32(arp + 10, (uint32_t)mac);
    __builtin_memcpy(frame + 6, arp + 8, 6);
    return SIM_ARP;
}

static __always_inline enum sim_counter answer(struct xdp_md *ctx, struct sim_hop *hop)
{
    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    uint16_t ethertype = 0;
    uint32_t link = link_header(frame, end, &ethertype);

    if (link && ethertype == ETHERTYPE_IPV4)
        return answer_probe(ctx, link, hop);
    if (link && ethertype == ETHERTYPE_ARP)
        return answer_arp(frame, end, link);
    return SIM_IGNORED;
}

static __always_inline enum sim_counter carry(struct xdp_md *ctx, struct line_transit *transit,
                                              struct sim_hop *hop)
{
    enum sim_counter outcome = line_way_out(ctx, &settings()->line, transit);

    if (outcome != SIM_RECEIVED)
        return outcome;
    outcome = answer(ctx, hop);
    return outcome == SIM_IGNORED && transit->corrupted ? SIM_CORRUPTED_OUT : outcome;
}

SEC("xdp")
int sim_router(struct xdp_md *ctx)
{
    struct sim_router_counters *counted = bpf_map_lookup_elem(&counters, &(__u32){0});
    struct line_transit transit = {0};
    struct sim_hop hop = {0};
    int verdict = XDP_DROP;

    if (!counted)
        return XDP_DROP;
    enum sim_counter outcome = carry(ctx, &transit, &hop);
    if (outcome == SIM_ARP)
        verdict = XDP_TX;
    else if (sim_is_reply(outcome))
        verdict = settings()->line.held ? line_way_back(ctx, &settings()->line, &transit, &hop) : XDP_TX;
    if (sim_is_reply(outcome) && verdict == XDP_DROP)
        outcome = SIM_NO_LINE;
    counted->count[SIM_RECEIVED]++;
    counted->count[outcome]++;
    return verdict;
}

char LICENSE[] SEC("license") = "GPL";
