// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/tracked_packets.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "bytes.h"
#include "protocol.h"
#include "reference.h"
#include "support/guarded.h"

enum {
    ICMP = 8,
    TCP = 20,
};

#define DOCUMENTATION 0x20010db800000000ULL /* 2001:db8::/32 */

static enum address_family family_of(const struct tracked_packet *packet)
{
    return packet->bytes[0] >> 4 == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
}

/* The length of an IP header, and where addresses are in it. */
static unsigned ip_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? 20 : 40;
}

static unsigned source_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? 12 : 8;
}

static unsigned address_size(enum address_family family)
{
    return family == FAMILY_IPV4 ? 4 : 16;
}

enum tracked_packets_kind tracked_packets_kind(const struct layout *layout)
{
    return layout->protocol == PROTOCOL_UDP   ? KIND_UDP
           : layout->protocol == PROTOCOL_TCP ? KIND_TCP
                                              : KIND_ICMP;
}

struct address tracked_packets_address(enum address_family family, uint32_t ipv4)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(ipv4) : (struct address){DOCUMENTATION, ipv4};
}

unsigned tracked_packets_quoted(const struct layout *layout)
{
    return ip_of(layout->family) + 8;
}

struct tracked *tracked_packets_table(const struct layout *layout, uint64_t seed)
{
    const struct address sources[] = {tracked_packets_address(layout->family, TRACKED_SOURCE),
                                      tracked_packets_address(layout->family, TRACKED_OTHER)};
    const struct siphash_key key = {reference_random(&seed), reference_random(&seed)};
    const struct layout_choice choice = layout_choose(layout, key);
    const struct tracked_config config = {
        .layouts = layout_pair_of(&choice),
        .sources = sources,
        .source_count = 2,
    };
    struct tracked *tracked = tracked_create(&config);

    cr_assert_not_null(tracked);
    return tracked;
}

struct probe tracked_packets_probe(const struct layout *layout)
{
    return (struct probe){.target_address = tracked_packets_address(layout->family, TRACKED_TARGET),
                          .flow = 3,
                          .ttl = 9,
                          .owner = 77,
                          .query = 2,
                          .size = layout->family == FAMILY_IPV4 ? 60 : 80};
}

struct tracked_packet tracked_packets_craft(struct tracked *tracked, struct probe probe, uint64_t now_ns)
{
    struct tracked_packet packet = {0};

    cr_assert_leq(probe.size, TRACKED_PACKET_MAX);
    packet.length = tracked_craft(tracked, &probe, now_ns, packet.bytes);
    return packet;
}

/* Writes the header of the packet that follows it. The addresses are `from` and `to`, in network order. */
static void header(struct tracked_packet *packet, enum address_family family, uint8_t protocol,
                   const uint8_t *from, const uint8_t *to)
{
    uint8_t *ip = packet->bytes;
    unsigned size = address_size(family);

    if (family == FAMILY_IPV4) {
        ip[0] = 0x45;
        store_be16(ip + 2, (uint16_t)packet->length);
        ip[8] = 60;
        ip[9] = protocol;
    } else {
        ip[0] = 0x60;
        store_be16(ip + 4, (uint16_t)(packet->length - 40));
        ip[6] = protocol;
        ip[7] = 60;
    }
    memcpy(ip + source_of(family), from, size);
    memcpy(ip + source_of(family) + size, to, size);
    tracked_packets_seal(packet);
}

/* From the target back to the source. */
static void header_back(struct tracked_packet *packet, uint8_t protocol, const struct tracked_packet *probe)
{
    enum address_family family = family_of(probe);
    const uint8_t *source = probe->bytes + source_of(family);

    header(packet, family, protocol, source + address_size(family), source);
}

static uint8_t icmp_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
}

/* RFC 4443, section 2.1; for codes the two that tests use. */
static unsigned icmp6_of(unsigned icmp)
{
    switch (icmp >> 8) {
    case ICMP_DESTINATION_UNREACHABLE:
        return 1 << 8 | 4;
    case ICMP_TIME_EXCEEDED_TYPE:
        return 3 << 8;
    default:
        return 4 << 8;
    }
}

struct tracked_packet tracked_packets_quote(const struct tracked_packet *probe, unsigned icmp,
                                            unsigned quoted)
{
    enum address_family family = family_of(probe);
    unsigned ip = ip_of(family);
    struct tracked_packet error = {.length = ip + ICMP + quoted};
    uint8_t *quotation = error.bytes + ip + ICMP, responder[16];
    struct address address = tracked_packets_address(family, TRACKED_RESPONDER);

    cr_assert_leq(error.length, TRACKED_PACKET_MAX);
    store_be16(error.bytes + ip, (uint16_t)(family == FAMILY_IPV4 ? icmp : icmp6_of(icmp)));
    memcpy(quotation, probe->bytes, quoted < probe->length ? quoted : probe->length);
    if (family == FAMILY_IPV6 && quoted >= ip)
        quotation[7] = 1;
    if (family == FAMILY_IPV4 && quoted >= ip) {
        quotation[8] = 1;
        store_be16(quotation + 10, 0);
        store_be16(quotation + 10, (uint16_t)~reference_sum(0, quotation, ip));
    }
    address_store(responder, address);
    header(&error, family, icmp_of(family), responder + (family == FAMILY_IPV4 ? 12 : 0),
           probe->bytes + source_of(family));
    return error;
}

uint8_t *tracked_packets_quotation(struct tracked_packet *error)
{
    return error->bytes + ip_of(family_of(error)) + ICMP;
}

struct tracked_packet tracked_packets_echo(const struct tracked_packet *request)
{
    enum address_family family = family_of(request);
    unsigned ip = ip_of(family);
    struct tracked_packet reply = {.length = request->length};

    memcpy(reply.bytes + ip, request->bytes + ip, request->length - ip);
    reply.bytes[ip] = family == FAMILY_IPV4 ? 0 : 129;
    header_back(&reply, icmp_of(family), request);
    return reply;
}

struct tracked_packet tracked_packets_tcp(const struct tracked_packet *syn, uint8_t flags, uint32_t data)
{
    unsigned ip = ip_of(family_of(syn));
    struct tracked_packet reply = {.length = ip + TCP};
    const uint8_t *asked = syn->bytes + ip;
    uint8_t *tcp = reply.bytes + ip;

    store_be16(tcp, load_be16(asked + 2));
    store_be16(tcp + 2, load_be16(asked));
    store_be32(tcp + 4, load_be32(asked + 8));
    store_be32(tcp + 8, load_be32(asked + 4) + 1 + data);
    tcp[12] = TCP / 4 << 4;
    tcp[13] = flags;
    header_back(&reply, PROTOCOL_TCP, syn);
    return reply;
}

/* RFC 8200, section 8.1; RFC 768 and RFC 9293 over IPv4. */
static uint16_t pseudo_sum(const uint8_t *ip, enum address_family family, uint8_t protocol, unsigned length)
{
    uint8_t rest[8] = {0};
    uint16_t sum = reference_sum(0, ip + source_of(family), 2 * address_size(family));

    store_be32(rest, length);
    rest[7] = protocol;
    return reference_sum(sum, rest, sizeof(rest));
}

static uint16_t sum_behind(const struct tracked_packet *packet, unsigned behind, uint8_t protocol)
{
    enum address_family family = family_of(packet);
    unsigned length = packet->length - behind;
    uint16_t sum = protocol == PROTOCOL_ICMP ? 0 : pseudo_sum(packet->bytes, family, protocol, length);

    return reference_sum(sum, packet->bytes + behind, length);
}

uint16_t tracked_packets_sum(const struct tracked_packet *packet)
{
    enum address_family family = family_of(packet);

    return sum_behind(packet, ip_of(family), packet->bytes[family == FAMILY_IPV4 ? 9 : 6]);
}

void tracked_packets_seal(struct tracked_packet *packet)
{
    enum address_family family = family_of(packet);
    unsigned behind = family == FAMILY_IPV4 ? (packet->bytes[0] & 0xfU) * 4 : 40;
    uint8_t *icmp = packet->bytes + behind;

    if (family == FAMILY_IPV4) {
        store_be16(packet->bytes + 10, 0);
        store_be16(packet->bytes + 10, (uint16_t)~reference_sum(0, packet->bytes, behind));
    }
    if (packet->bytes[family == FAMILY_IPV4 ? 9 : 6] != icmp_of(family))
        return;
    store_be16(icmp + 2, 0);
    store_be16(icmp + 2, (uint16_t)~sum_behind(packet, behind, icmp_of(family)));
}

enum decode_verdict tracked_packets_decode(struct tracked *tracked, const struct tracked_packet *packet,
                                           struct reply *out)
{
    struct guarded guarded = guarded_make();
    const uint8_t *bytes = guarded_copy(&guarded, packet->bytes, packet->length);
    enum decode_verdict verdict = tracked_decode(tracked, bytes, packet->length, out);

    guarded_free(&guarded);
    return verdict;
}
