// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/forgery.h"

#include <string.h>

#include "mix.h"
#include "reply_parse.h"
#include "sim_address.h"

enum {
    SOME_TTL = 240,
};

_Static_assert(ETHERNET_HEADER + IPV6_HEADER + ICMP_HEADER + LAYOUT_LONGEST <= FORGERY_LONGEST,
               "room for the error about the longest probe");

static uint32_t sum_of(const uint8_t *bytes, unsigned length)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i + 1 < length; i += 2)
        sum += load_be16(bytes + i);
    return length % 2 ? sum + ((uint32_t)bytes[length - 1] << 8) : sum;
}

static void sum_ipv4(uint8_t *ip)
{
    store_be16(ip + IPV4_CHECKSUM, 0);
    store_be16(ip + IPV4_CHECKSUM, checksum_finish(sum_of(ip, IPV4_HEADER)));
}

/* The pseudo-header includes both addresses (RFC 4443, section 2.3). */
static uint32_t sum_ipv6(const uint8_t *ip, unsigned length)
{
    return sum_of(ip + IPV6_SOURCE, 2 * IPV6_ADDRESS) + length + PROTOCOL_ICMPV6;
}

static uint32_t invent_router(uint64_t random)
{
    return SIM_ROUTER_BASE | (uint32_t)(mix64(random) >> 36);
}

static struct address invent_target(enum address_family family, uint64_t random)
{
    if (family == FAMILY_IPV4)
        return address_of_ipv4((uint32_t)(1 + (random >> 8) % 223) << 24 |
                               ((uint32_t)(random >> 32) & 0xffffff));
    return (struct address){0x2000000000000000 | random >> 4, mix64(random)};
}

/* Writes the probe to quote. It is made with another key, so that its structure is correct and its tags are
 * not. Returns its length. */
static unsigned write_probe(uint8_t probe_bytes[LAYOUT_LONGEST], const struct layout *layout, uint64_t random)
{
    const struct probe probe = {
        .target_address = invent_target(layout->family, random),
        .ttl = (uint8_t)(1 + random % PROBE_MAX_TTL),
    };
    const struct layout_choice choice = layout_choose(layout, (struct siphash_key){random, mix64(random)});

    return layout_craft_once(&choice, sim_address(SIM_HOST_ADDRESS, layout->family), &probe,
                             (uint32_t)(random >> 24), probe_bytes);
}

/* In IPv4 the minimum is quoted, in IPv6 the whole probe. */
static unsigned write_error_ipv4(uint8_t *ip, const struct layout *layout, uint64_t random)
{
    enum { LENGTH = IPV4_HEADER + ICMP_HEADER + QUOTATION_MIN };
    uint8_t *icmp = ip + IPV4_HEADER, *quotation = icmp + ICMP_HEADER, probe[LAYOUT_LONGEST];

    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, LENGTH);
    ip[IPV4_TTL] = SOME_TTL;
    ip[IPV4_PROTOCOL] = PROTOCOL_ICMP;
    store_be32(ip + IPV4_SOURCE, invent_router(random));
    store_be32(ip + IPV4_DESTINATION, SIM_HOST_ADDRESS);
    sum_ipv4(ip);
    write_probe(probe, layout, random);
    memcpy(quotation, probe, QUOTATION_MIN);
    quotation[IPV4_TTL] = 1;
    sum_ipv4(quotation);
    icmp[ICMP_TYPE] = ICMP_TIME_EXCEEDED_TYPE;
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(sum_of(icmp, ICMP_HEADER + QUOTATION_MIN)));
    return LENGTH;
}

static unsigned write_error_ipv6(uint8_t *ip, const struct layout *layout, uint64_t random)
{
    uint8_t *icmp = ip + IPV6_HEADER, *quotation = icmp + ICMP_HEADER;
    unsigned length = ICMP_HEADER + write_probe(quotation, layout, random);

    store_be32(ip, IPV6_FIRST_WORD);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)length);
    ip[IPV6_NEXT_HEADER] = PROTOCOL_ICMPV6;
    ip[IPV6_HOP_LIMIT] = SOME_TTL;
    address_store(ip + IPV6_SOURCE, sim_address6(invent_router(random)));
    address_store(ip + IPV6_DESTINATION, sim_address6(SIM_HOST_ADDRESS));
    quotation[IPV6_HOP_LIMIT] = 1;
    icmp[ICMP_TYPE] = ICMP6_TIME_EXCEEDED_TYPE;
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(sum_ipv6(ip, length) + sum_of(icmp, length)));
    return IPV6_HEADER + length;
}

unsigned forgery_make(uint8_t frame[FORGERY_LONGEST], const struct layout *layout, const uint8_t host_mac[6],
                      const uint8_t gateway_mac[6], uint64_t random)
{
    bool ipv4 = layout->family == FAMILY_IPV4;
    uint8_t *ip = frame + ETHERNET_HEADER;

    memset(frame, 0, FORGERY_LONGEST);
    memcpy(frame, host_mac, ETHERNET_ADDRESS);
    memcpy(frame + ETHERNET_ADDRESS, gateway_mac, ETHERNET_ADDRESS);
    store_be16(frame + ETHERNET_TYPE, ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    return ETHERNET_HEADER +
           (ipv4 ? write_error_ipv4(ip, layout, random) : write_error_ipv6(ip, layout, random));
}

/* The ICMPv6 checksum changes with the source (RFC 1624, equation 3). */
static void readdress_ipv6(uint8_t *ip, struct address source)
{
    uint8_t *checksum = ip + IPV6_HEADER + ICMP_CHECKSUM;
    struct address old = address_load(ip + IPV6_SOURCE);
    uint32_t sum = (uint16_t)~load_be16(checksum);

    address_store(ip + IPV6_SOURCE, source);
    if (ip[IPV6_NEXT_HEADER] != PROTOCOL_ICMPV6)
        return;
    sum += checksum_u64(~old.high) + checksum_u64(~old.low);
    sum += checksum_u64(source.high) + checksum_u64(source.low);
    store_be16(checksum, checksum_finish(sum));
}

unsigned forgery_replay(uint8_t frame[FORGERY_LONGEST], const uint8_t *reply, unsigned length,
                        uint64_t random)
{
    uint8_t *ip = frame + ETHERNET_HEADER;

    memcpy(frame, reply, length);
    if (load_be16(frame + ETHERNET_TYPE) == ETHERTYPE_IPV6) {
        readdress_ipv6(ip, sim_address6(invent_router(random)));
    } else {
        store_be32(ip + IPV4_SOURCE, invent_router(random));
        sum_ipv4(ip);
    }
    return length;
}
