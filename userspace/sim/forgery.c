// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/forgery.h"

#include <string.h>

#include "mix.h"
#include "reply_parse.h"
#include "sim_hop.h"

enum {
    REPLY_LENGTH = IPV4_HEADER + ICMP_HEADER + QUOTATION_MIN,
    SOME_TTL = 240,
};

static uint16_t checksum_of(const uint8_t *bytes, unsigned length)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < length; i += 2)
        sum += load_be16(bytes + i);
    return checksum_finish(sum);
}

/* The quoted probe: made with a key of its own, so that its structure is right and its tags are not. */
static void write_quotation(uint8_t *quotation, const struct layout *layout, uint32_t host, uint64_t random)
{
    const struct probe probe = {
        .target_address = address_of_ipv4((uint32_t)(1 + (random >> 8) % 223) << 24 |
                                          ((uint32_t)(random >> 32) & 0xffffff)),
        .ttl = (uint8_t)(1 + random % PROBE_MAX_TTL),
    };
    uint8_t packet[LAYOUT_LONGEST];
    const struct layout_choice choice = layout_choose(layout, (struct siphash_key){random, mix64(random)});

    layout_craft_once(&choice, address_of_ipv4(host), &probe, (uint32_t)(random >> 24), packet);
    memcpy(quotation, packet, QUOTATION_MIN);
    quotation[IPV4_TTL] = 1;
    store_be16(quotation + IPV4_CHECKSUM, 0);
    store_be16(quotation + IPV4_CHECKSUM, checksum_of(quotation, IPV4_HEADER));
}

static uint32_t invent_router(uint64_t random)
{
    return SIM_ROUTER_BASE | (uint32_t)(mix64(random) >> 36);
}

unsigned forgery_make(uint8_t frame[FORGERY_LENGTH], const struct layout *layout, const uint8_t host_mac[6],
                      const uint8_t gateway_mac[6], uint32_t host, uint64_t random)
{
    uint8_t *ip = frame + ETHERNET_HEADER, *icmp = ip + IPV4_HEADER;

    memset(frame, 0, FORGERY_LENGTH);
    memcpy(frame, host_mac, ETHERNET_ADDRESS);
    memcpy(frame + ETHERNET_ADDRESS, gateway_mac, ETHERNET_ADDRESS);
    store_be16(frame + ETHERNET_TYPE, ETHERTYPE_IPV4);
    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, REPLY_LENGTH);
    ip[IPV4_TTL] = SOME_TTL;
    ip[IPV4_PROTOCOL] = PROTOCOL_ICMP;
    store_be32(ip + IPV4_SOURCE, invent_router(random));
    store_be32(ip + IPV4_DESTINATION, host);
    store_be16(ip + IPV4_CHECKSUM, checksum_of(ip, IPV4_HEADER));
    write_quotation(icmp + ICMP_HEADER, layout, host, random);
    icmp[ICMP_TYPE] = ICMP_TIME_EXCEEDED_TYPE;
    store_be16(icmp + ICMP_CHECKSUM, checksum_of(icmp, ICMP_HEADER + QUOTATION_MIN));
    return FORGERY_LENGTH;
}

unsigned forgery_replay(uint8_t frame[FORGERY_LONGEST], const uint8_t *reply, unsigned length,
                        uint64_t random)
{
    uint8_t *ip = frame + ETHERNET_HEADER;

    memcpy(frame, reply, length);
    store_be32(ip + IPV4_SOURCE, invent_router(random));
    store_be16(ip + IPV4_CHECKSUM, 0);
    store_be16(ip + IPV4_CHECKSUM, checksum_of(ip, IPV4_HEADER));
    return length;
}
