// SPDX-License-Identifier: GPL-2.0-or-later
#include "reply_reference.h"

#include <string.h>

#include "bytes.h"
#include "reference.h"

enum { IPV4 = 20, ICMP = 8, TCP = 20 };

uint16_t internet_checksum(const uint8_t *bytes, size_t length)
{
    return (uint16_t)~reference_sum(0, bytes, length);
}

/* Link and IPv4 header of `hop`'s reply, `length` bytes long from the IPv4 header on, from the address that
 * was asked. Returns what follows. */
static uint8_t *start_reply(const struct frame *in, unsigned link, const struct sim_hop *hop,
                            uint8_t protocol, unsigned length, struct frame *out)
{
    uint8_t *ip = out->bytes + link;

    memset(out, 0, sizeof(*out));
    out->length = link + length;
    memcpy(out->bytes, in->bytes, link);
    memcpy(out->bytes, in->bytes + 6, 6);
    memcpy(out->bytes + 6, in->bytes, 6);

    ip[0] = 0x45;
    store_be16(ip + 2, (uint16_t)length);
    ip[8] = hop->reply_ttl;
    ip[9] = protocol;
    memcpy(ip + 12, in->bytes + link + 16, 4);
    memcpy(ip + 16, in->bytes + link + 12, 4);
    store_be16(ip + 10, internet_checksum(ip, IPV4));
    return ip + IPV4;
}

/* Changes what start_reply() left at its default. */
static void finish_header(uint8_t *ip, uint8_t tos, uint32_t source)
{
    ip[1] = tos;
    store_be32(ip + 12, source);
    store_be16(ip + 10, 0);
    store_be16(ip + 10, internet_checksum(ip, IPV4));
}

static unsigned at_most(unsigned length, unsigned limit)
{
    return length < limit ? length : limit;
}

/* The checksum of a UDP datagram that was `checksum` before its destination changed; 0 is "none". */
static uint16_t udp_checksum_after(uint16_t checksum, uint32_t from, uint32_t to)
{
    uint8_t words[10];

    store_be16(words, (uint16_t)~checksum);
    store_be32(words + 2, ~from);
    store_be32(words + 6, to);
    return checksum ? internet_checksum(words, sizeof(words)) : 0;
}

/* Quotes the first `length` bytes of the packet as they came to `hop`. */
static void quote(const uint8_t *packet, const struct sim_hop *hop, unsigned length, uint8_t *quotation)
{
    uint8_t as_it_came[IPV4 + 8];

    memcpy(as_it_came, packet, sizeof(as_it_came));
    as_it_came[8] = (uint8_t)(packet[8] - hop->distance + 1);
    if (hop->rewritten) {
        store_be32(as_it_came + 16, hop->rewritten);
        if (packet[9] == 17)
            store_be16(as_it_came + 26,
                       udp_checksum_after(load_be16(packet + 26), load_be32(packet + 16), hop->rewritten));
    }
    store_be16(as_it_came + 10, 0);
    store_be16(as_it_came + 10, internet_checksum(as_it_came, IPV4));
    memcpy(quotation, packet, length);
    memcpy(quotation, as_it_came, at_most(length, sizeof(as_it_came)));
}

/* Writes the labels of `hop`; returns how many bytes they take, with their headers. */
static unsigned extend(const struct sim_hop *hop, uint8_t *extension)
{
    unsigned length = 8 + 4U * hop->label_count;

    extension[0] = 0x20; /* version 2 */
    store_be16(extension + 4, (uint16_t)(length - 4));
    extension[6] = 1;
    extension[7] = 1;
    for (unsigned i = 0; i < hop->label_count; i++)
        store_be32(extension + 8 + 4 * i, hop->labels[i]);
    store_be16(extension + 2, internet_checksum(extension, length));
    return length;
}

void expect_error(const struct frame *in, unsigned link, const struct sim_hop *hop, uint8_t type,
                  uint8_t code, struct frame *out)
{
    const uint8_t *packet = in->bytes + link;
    bool truncated = hop->bogus == SIM_BOGUS_TRUNCATED, extended = hop->label_count && !truncated;
    unsigned quoted = at_most(load_be16(packet + 2), truncated ? IPV4 : IPV4 + (unsigned)hop->quotation);
    unsigned length = extended ? 128 + 8 + 4U * hop->label_count : quoted;
    uint8_t *icmp = start_reply(in, link, hop, 1, IPV4 + ICMP + length, out);

    finish_header(icmp - IPV4, 0xc0, hop->address);
    icmp[0] = type;
    icmp[1] = code;
    quote(packet, hop, extended ? at_most(quoted, 128) : quoted, icmp + ICMP);
    if (extended) {
        icmp[5] = 128 / 4;
        extend(hop, icmp + ICMP + 128);
    }
    store_be16(icmp + 2, internet_checksum(icmp, ICMP + length));
    if (hop->bogus == SIM_BOGUS_CHECKSUM)
        store_be16(icmp + 2, load_be16(icmp + 2) ^ 0x5555);
}

void expect_echo_reply(const struct frame *in, unsigned link, const struct sim_hop *hop, struct frame *out)
{
    const uint8_t *packet = in->bytes + link;
    unsigned length = load_be16(packet + 2);
    uint8_t *icmp = start_reply(in, link, hop, 1, length, out);

    finish_header(icmp - IPV4, packet[1], load_be32(packet + 16));
    memcpy(icmp, packet + IPV4, length - IPV4);
    icmp[0] = 0;
    store_be16(icmp + 2, 0);
    store_be16(icmp + 2, internet_checksum(icmp, length - IPV4));
}

void expect_segment(const struct frame *in, unsigned link, const struct sim_hop *hop,
                    const struct segment *segment, struct frame *out)
{
    uint8_t *tcp = start_reply(in, link, hop, 6, IPV4 + TCP, out);
    uint8_t pseudo[12] = {0};

    store_be16(tcp, segment->from);
    store_be16(tcp + 2, segment->to);
    store_be32(tcp + 4, segment->sequence);
    store_be32(tcp + 8, segment->acknowledged);
    tcp[12] = 5 << 4;
    tcp[13] = segment->flags;
    store_be16(tcp + 14, segment->flags & 2 ? 65535 : 0);

    memcpy(pseudo, tcp - 8, 8);
    pseudo[9] = 6;
    pseudo[11] = TCP;
    store_be16(tcp + 16, (uint16_t)~reference_sum(reference_sum(0, pseudo, sizeof(pseudo)), tcp, TCP));
}
