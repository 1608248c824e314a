// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/old_tags.h"

#include "layout_udp4.h"
#include "reply_parse.h"

/* The high byte of the ID is the time, the low one is the tag. */
enum {
    TIME_HIGH = IPV4_ID,
    TAG = IPV4_ID + 1,
};

static uint8_t ttl_of(const uint8_t *udp)
{
    return (uint8_t)(load_be16(udp + UDP_LENGTH) - UDP4_EMPTY);
}

static uint8_t old_probe_tag(struct siphash_key key, const uint8_t *ip, const uint8_t *udp)
{
    uint64_t tail = load_be16(udp + PORT_SOURCE) | (uint64_t)load_be16(udp + PORT_DESTINATION) << 16 |
                    (uint64_t)ttl_of(udp) << 32 | (uint64_t)ip[TIME_HIGH] << 40;
    uint8_t tag = (uint8_t)siphash_finish(siphash_start(key), tail, 6);

    return (tag | ip[TIME_HIGH]) ? tag : 1;
}

static uint8_t new_probe_tag(struct siphash_key key, const uint8_t *ip, const uint8_t *udp)
{
    uint32_t sum = checksum_u32(load_be32(ip + IPV4_SOURCE)) +
                   checksum_u32(load_be32(ip + IPV4_DESTINATION)) + load_be16(udp + UDP_CHECKSUM);

    return udp4_probe_tag(key, load_be16(udp + PORT_DESTINATION), ttl_of(udp), ip[TIME_HIGH],
                          udp4_nat_sum(sum, load_be16(udp + PORT_SOURCE)));
}

/* `checksum` covers the probe; NULL: none does. RFC 1624, equation 3. */
static void renew(struct siphash_key key, uint8_t *ip, const uint8_t *udp, uint8_t *checksum)
{
    uint16_t before = load_be16(ip + IPV4_ID);

    if (ip[TAG] != old_probe_tag(key, ip, udp))
        return;
    ip[TAG] = new_probe_tag(key, ip, udp);
    if (checksum)
        store_be16(checksum, checksum_finish((uint16_t)~load_be16(checksum) + (uint32_t)(uint16_t)~before +
                                             load_be16(ip + IPV4_ID)));
}

void old_tags_renew(struct siphash_key key, uint8_t *ip, size_t length)
{
    const uint8_t *end = ip + length;
    struct reply_view view;

    if (length < UDP4_HEADERS)
        return;
    if (ip[0] == IPV4_FIRST_BYTE && ip[IPV4_PROTOCOL] == PROTOCOL_UDP)
        renew(key, ip, ip + IPV4_HEADER, NULL);
    else if (reply_parse_ip(FAMILY_IPV4, ip, end, &view) == REPLY_ERROR)
        renew(key, ip + (view.quotation - ip), view.transport, ip + (view.icmp - ip) + ICMP_CHECKSUM);
}
