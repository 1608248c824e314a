// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "ip_header.h"
#include "packet/given_wire.h"

int given_open(struct given *given, struct siphash_key key, const struct address_pair *sources)
{
    *given = (struct given){.key = key, .sources = *sources, .seen = calloc(CELLS, sizeof(*given->seen))};
    return given->seen ? 0 : -ENOMEM;
}

void given_close(struct given *given)
{
    free(given->seen);
    given->seen = NULL;
}

static void write_ipv4(const struct given *given, const struct probe *probe, uint16_t length, uint16_t id,
                       uint8_t *ip)
{
    uint32_t from = address_ipv4(given->sources.ipv4), to = address_ipv4(probe->target_address);
    uint8_t protocol = given_protocol(probe);

    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, length);
    store_be16(ip + IPV4_ID, id);
    ip[IPV4_TTL] = probe->ttl;
    ip[IPV4_PROTOCOL] = protocol;
    store_be32(ip + IPV4_SOURCE, from);
    store_be32(ip + IPV4_DESTINATION, to);
    store_be16(ip + IPV4_CHECKSUM,
               checksum_finish((IPV4_FIRST_BYTE << 8) + length + id + ((uint32_t)probe->ttl << 8) + protocol +
                               checksum_u32(from) + checksum_u32(to)));
}

static void write_ipv6(const struct given *given, const struct probe *probe, uint16_t length, uint8_t *ip)
{
    store_be32(ip, IPV6_FIRST_WORD | (probe->owner & IPV6_FLOW_LABEL));
    store_be16(ip + IPV6_PAYLOAD_LENGTH, length);
    ip[IPV6_NEXT_HEADER] = given_protocol(probe);
    ip[IPV6_HOP_LIMIT] = probe->ttl;
    address_store(ip + IPV6_SOURCE, given->sources.ipv6);
    address_store(ip + IPV6_DESTINATION, probe->target_address);
}

/* Sum of the pseudo-header (RFC 768; RFC 8200, section 8.1); ICMP in IPv4 has none (RFC 792). */
static uint32_t pseudo_sum(const struct given *given, const struct probe *probe, uint16_t length)
{
    uint8_t protocol = given_protocol(probe);
    struct address target = probe->target_address, source = given->sources.ipv6;

    if (protocol == PROTOCOL_ICMP)
        return 0;
    if (address_is_ipv4(target))
        return checksum_u32(address_ipv4(given->sources.ipv4)) + checksum_u32(address_ipv4(target)) +
               protocol + length;
    return checksum_u64(source.high) + checksum_u64(source.low) + checksum_u64(target.high) +
           checksum_u64(target.low) + protocol + length;
}

/* Returns the sum of the header, including the value wanted as its checksum. */
static uint32_t write_udp(const struct probe *probe, uint16_t length, uint16_t tick, uint8_t *udp)
{
    store_be16(udp + PORT_SOURCE, probe->query);
    store_be16(udp + PORT_DESTINATION, probe->flow);
    store_be16(udp + UDP_LENGTH, length);
    store_be16(udp + GIVEN_TICK, tick);
    return (uint32_t)probe->query + probe->flow + length + tick;
}

static uint32_t write_echo(const struct probe *probe, uint16_t tick, uint8_t *icmp)
{
    uint8_t type = given_protocol(probe) == PROTOCOL_ICMP ? ICMP_ECHO_REQUEST : ICMP6_ECHO_REQUEST;

    icmp[ICMP_TYPE] = type;
    store_be16(icmp + ICMP_CHECKSUM, probe->query);
    store_be16(icmp + ICMP_IDENTIFIER, probe->query);
    store_be16(icmp + GIVEN_TICK, tick);
    return ((uint32_t)type << 8) + 2U * probe->query + tick;
}

/* The first word of the data is chosen so that the wanted checksum is correct. Both headers have eight
 * bytes. */
static void write_transport(const struct given *given, const struct probe *probe, uint16_t length,
                            uint16_t tick, uint64_t proof, uint8_t *transport)
{
    uint32_t sum = pseudo_sum(given, probe, length) + checksum_u64(proof);

    sum += given_protocol(probe) == PROTOCOL_UDP ? write_udp(probe, length, tick, transport)
                                                 : write_echo(probe, tick, transport);
    store_be16(transport + UDP_HEADER, checksum_finish(sum));
    store_be64(transport + UDP_HEADER + 2, proof);
}

unsigned given_craft(const struct given *given, const struct probe *probe, uint64_t now_ns,
                     uint8_t packet[GIVEN_LONGEST])
{
    enum address_family family = address_family(probe->target_address);
    uint16_t tick = given_tick(now_ns), behind_ip = (uint16_t)(UDP_HEADER + GIVEN_DATA + probe->ttl);
    uint64_t proof = given_proof(given->key, probe, tick);
    unsigned header = ip_header(family);

    memset(packet, 0, header + behind_ip);
    if (family == FAMILY_IPV4)
        write_ipv4(given, probe, (uint16_t)(header + behind_ip), given_short_proof(proof), packet);
    else
        write_ipv6(given, probe, behind_ip, packet);
    write_transport(given, probe, behind_ip, tick, proof, packet + header);
    return header + behind_ip;
}
