// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all kinds of simulated Internet share: hops and flows. The same code in userspace (truth) and in BPF
 * (the responder).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "protocol.h"
#include "sim_address.h"
#include "sim_ip_id.h"

/* Initial TTLs of replies: network equipment usually begins with 255, Unix hosts with 64. */
#define SIM_ROUTER_INITIAL_TTL 255
#define SIM_HOST_INITIAL_TTL   64

enum sim_hop_kind {
    SIM_HOP_NOTHING, /* no route leads that far, or it is unknown what is there */
    SIM_HOP_ROUTER,
    SIM_HOP_TARGET,
};

/* How much of a packet an error quotes after its IPv4 header: the eight bytes of RFC 792, or more (RFC 1812,
 * section 4.3.2.3). In IPv6 as much is quoted as there is room for (RFC 4443, section 2.4 c). */
#define SIM_QUOTATION_SHORT 8
#define SIM_QUOTATION_LONG  128

#define SIM_MAX_LABELS 4 /* MPLS label stack entries in one reply */

/* What is wrong with an ICMP error. */
enum sim_bogus {
    SIM_BOGUS_NOT,
    SIM_BOGUS_CHECKSUM,  /* its ICMP checksum is wrong */
    SIM_BOGUS_TRUNCATED, /* it quotes only an IP header */
};

/* A stateful firewall in front of a target. */
enum sim_firewall {
    SIM_FIREWALL_NONE,
    SIM_FIREWALL_ECHO,  /* passes connections to open ports, and Echo Requests */
    SIM_FIREWALL_PORTS, /* passes only connections to open ports */
};

/* What a probe meets where its TTL expires, or at its target. sim_hop() fills in what a kind does not set. */
struct sim_hop {
    uint32_t address;  /* the source of its answers; a target may answer from another address than was
                        * probed */
    uint8_t kind;      /* enum sim_hop_kind */
    uint8_t distance;  /* the lowest TTL that reaches it */
    uint8_t reply_ttl; /* of its replies when they arrive at the host */
    bool answers;
    uint8_t quotation;               /* bytes quoted after an IPv4 header, at most SIM_QUOTATION_LONG */
    uint8_t bogus;                   /* enum sim_bogus */
    uint8_t firewall;                /* enum sim_firewall: for targets only */
    uint8_t label_count;             /* at most SIM_MAX_LABELS */
    uint32_t labels[SIM_MAX_LABELS]; /* as in RFC 3032: label << 12 | class << 9 | bottom << 8 | TTL */
    uint32_t rewritten;              /* the destination as seen here if a middlebox changed it, else 0 */
    uint32_t delay_us;               /* measured round-trip time; 0: none, sim_rtt.h draws one */
    uint32_t
        router; /* its identity, with whatever address it answers; targets that are no routers have none: 0 */
    uint8_t limiter; /* index in sim_limiters; 0: it answers as often as it is asked */
    bool by_chance;  /* another packet of the same flow may reach another router here */
    bool periphery;  /* a router beyond the core of its network */
    uint8_t ip_id;   /* enum sim_ip_id: the IP IDs of its replies over IPv4 */
};

/* sim_port_is_open() returns whether all targets listen on a TCP port. They do not listen on any UDP port. */
static inline bool sim_port_is_open(uint16_t port)
{
    return port == PORT_HTTP || port == PORT_HTTPS;
}

/*
 * sim_firewall_passes() returns whether a firewall passes a packet that starts an exchange with a target.
 * `port` and `flags` are TCP's destination port and flags; other protocols ignore them. An ACK alone starts
 * nothing.
 */
static inline bool sim_firewall_passes(uint8_t firewall, uint8_t protocol, uint16_t port, uint8_t flags)
{
    if (firewall == SIM_FIREWALL_NONE)
        return true;
    if (protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6)
        return firewall == SIM_FIREWALL_ECHO;
    return protocol == PROTOCOL_TCP && sim_port_is_open(port) && (flags & TCP_SYN_ACK) == TCP_SYN;
}

/*
 * sim_flow_hash() hashes the fields by which load balancers choose: addresses, protocol and the four bytes
 * after the IPv4 header. These are the ports of UDP and TCP, and type, code and checksum of ICMP, as with real
 * load balancers (Augustin et al., "Avoiding traceroute anomalies with Paris traceroute", IMC 2006).
 */
static inline uint64_t sim_flow_hash(uint32_t source, uint32_t target, uint8_t protocol, uint16_t source_port,
                                     uint16_t destination_port)
{
    uint64_t addresses = (uint64_t)source << 32 | target;
    uint64_t ports = (uint64_t)protocol << 32 | (uint32_t)source_port << 16 | destination_port;

    return mix64(mix64(addresses) + ports);
}

/*
 * sim_flow_hash6() does the same for an IPv6 packet, with its flow label (RFC 6438). `protocol` and `ports`,
 * the next four bytes, are those after all extension headers. Always inlined: see sim_hop().
 */
__attribute__((always_inline)) static inline uint64_t
sim_flow_hash6(struct address source, struct address target, uint32_t label, uint8_t protocol, uint32_t ports)
{
    uint64_t addresses = address_hash(target, address_hash(source, 0));

    return mix64(addresses + ((uint64_t)label << 40 | (uint64_t)protocol << 32 | ports));
}

/* sim_packet_number() distinguishes the packets of a flow, for per-packet load balancers. It hashes the
 * transport checksum, and the IPv4 identification or the length of an IPv6 packet, to 32 bits; a prober changes
 * at least one of them. */
static inline uint32_t sim_packet_number(uint16_t identification, uint16_t checksum)
{
    return (uint32_t)(mix64((uint32_t)identification << 16 | checksum) >> 32);
}
