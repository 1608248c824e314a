// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet6.h"

#include <string.h>

#include "bytes.h"
#include "reference.h"

enum { IPV6 = 40, ICMP = 8, MTU = 1280 };

struct address host6(void)
{
    return (struct address){0x2001000200000000, 2};
}

struct packet6 packet6_probe(struct address target, uint8_t hop_limit, uint16_t flow, unsigned data)
{
    struct packet6 packet = {.target = target,
                             .hop_limit = hop_limit,
                             .protocol = 17,
                             .label = 0x12345U * (flow + 1U) & 0xfffff,
                             .header_length = 8,
                             .checksum_at = 6,
                             .data = data};

    store_be16(packet.header, (uint16_t)(0x8000 + flow));
    store_be16(packet.header + 2, 33434);
    store_be16(packet.header + 4, (uint16_t)(8 + data));
    return packet;
}

uint16_t checksum6(const uint8_t *ip, uint8_t protocol, const uint8_t *bytes, size_t length)
{
    uint8_t pseudo[40] = {0};

    memcpy(pseudo, ip + 8, 32);
    store_be32(pseudo + 32, (uint32_t)length);
    pseudo[39] = protocol;
    return (uint16_t)~reference_sum(reference_sum(0, pseudo, sizeof(pseudo)), bytes, length);
}

static unsigned link_of(const struct packet6 *packet)
{
    return IP6_AT + 4 * packet->tags;
}

static unsigned payload_of(const struct packet6 *packet)
{
    return packet->extensions_length + packet->header_length + packet->data;
}

void frame_make_packet6(struct frame *frame, const struct packet6 *packet)
{
    uint8_t *ip = frame_start(frame, packet->tags, 0x86dd);
    uint8_t *transport = ip + IPV6 + packet->extensions_length, *data = transport + packet->header_length;

    store_be32(ip, 0x60000000U | (uint32_t)packet->traffic_class << 20 | packet->label);
    store_be16(ip + 4, (uint16_t)payload_of(packet));
    ip[6] = packet->extensions_length ? packet->first_extension : packet->protocol;
    ip[7] = packet->hop_limit;
    address_store(ip + 8, host6());
    address_store(ip + 24, packet->target);
    memcpy(ip + IPV6, packet->extensions, packet->extensions_length);
    memcpy(transport, packet->header, packet->header_length);
    for (unsigned i = 0; i < packet->data; i++)
        data[i] = (uint8_t)(i * 7 + 1);
    if (packet->checksum_at)
        store_be16(transport + packet->checksum_at,
                   checksum6(ip, packet->protocol, transport, packet->header_length + packet->data));
    frame->length += IPV6 + payload_of(packet);
}

struct sim_hop frame_hop6(const struct sim_topology *world, const struct packet6 *packet)
{
    struct frame frame;
    struct sim_hop hop;

    frame_make_packet6(&frame, packet);
    const uint8_t *transport = frame.bytes + link_of(packet) + IPV6 + packet->extensions_length;
    uint64_t flow =
        sim_flow_hash6(host6(), packet->target, packet->label, packet->protocol, load_be32(transport));

    sim_hop(world, sim_target_number(world, packet->target), flow,
            sim_packet_number((uint16_t)(IPV6 + payload_of(packet)), load_be16(transport + 6)),
            packet->hop_limit, &hop);
    return hop;
}

/* Link and IPv6 header of a reply of `hop` with `length` bytes behind them. Returns these. */
static uint8_t *start_reply(const struct frame *in, const struct packet6 *packet, const struct sim_hop *hop,
                            struct address from, uint8_t protocol, unsigned length, struct frame *out)
{
    unsigned link = link_of(packet);
    uint8_t *ip = out->bytes + link;

    memset(out, 0, sizeof(*out));
    out->length = link + IPV6 + length;
    memcpy(out->bytes, in->bytes, link);
    memcpy(out->bytes, in->bytes + 6, 6);
    memcpy(out->bytes + 6, in->bytes, 6);
    ip[0] = 0x60;
    store_be16(ip + 4, (uint16_t)length);
    ip[6] = protocol;
    ip[7] = hop->reply_ttl;
    address_store(ip + 8, from);
    address_store(ip + 24, host6());
    return ip + IPV6;
}

/* The destination as a translator of prefixes leaves it: fd00::/48 and the /48's last 16 bits, and such a subnet
 * that the sum over the address is what it was (RFC 6296). */
static void translate(uint8_t *destination)
{
    uint16_t before = reference_sum(0, destination, 16), after;

    memcpy(destination, (const uint8_t[4]){0xfd}, 4);
    store_be16(destination + 6, 0);
    after = reference_sum(0, destination, 16);
    store_be16(destination + 6, (uint16_t)((before % 0xffff + 0xffff - after % 0xffff) % 0xffff));
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
    store_be16(extension + 2, (uint16_t)~reference_sum(0, extension, length));
    return length;
}

static unsigned quoted_by(const struct sim_hop *hop, unsigned length)
{
    unsigned most = MTU - IPV6 - ICMP;

    if (hop->bogus == SIM_BOGUS_TRUNCATED)
        return IPV6;
    if (hop->label_count)
        most = (most - 8 - 4 * SIM_MAX_LABELS) / 8 * 8;
    return length < most ? length : most;
}

static struct address address_of_hop(const struct sim_hop *hop, struct address target)
{
    if (hop->kind == SIM_HOP_TARGET && hop->address < SIM_ROUTER_BASE)
        return target;
    return (struct address){0x3fff000000000000 | (uint64_t)hop->address << 8, 1};
}

void expect_error6(const struct frame *in, const struct packet6 *packet, const struct sim_hop *hop,
                   uint8_t type, uint8_t code, uint32_t parameter, struct frame *out)
{
    const bool extended = hop->label_count && hop->bogus != SIM_BOGUS_TRUNCATED;
    unsigned quoted = quoted_by(hop, IPV6 + payload_of(packet)), padded = quoted;
    struct address from = address_of_hop(hop, packet->target);

    if (extended)
        padded = quoted < 128 ? 128 : (quoted + 7) / 8 * 8;
    unsigned length = ICMP + padded + (extended ? 8 + 4U * hop->label_count : 0);
    uint8_t *icmp = start_reply(in, packet, hop, from, 58, length, out);
    icmp[0] = type;
    icmp[1] = code;
    store_be32(icmp + 4, parameter);
    memcpy(icmp + ICMP, in->bytes + link_of(packet), quoted);
    icmp[ICMP + 7] = (uint8_t)(packet->hop_limit - hop->distance + 1);
    if (hop->rewritten)
        translate(icmp + ICMP + 24);
    if (extended) {
        icmp[4] = (uint8_t)(padded / 8);
        extend(hop, icmp + ICMP + padded);
    }
    store_be16(icmp + 2, checksum6(icmp - IPV6, 58, icmp, length));
    if (hop->bogus == SIM_BOGUS_CHECKSUM)
        store_be16(icmp + 2, load_be16(icmp + 2) ^ 0x5555);
}

uint8_t *expect_answer6(const struct frame *in, const struct packet6 *packet, const struct sim_hop *hop,
                        unsigned length, struct frame *out)
{
    uint8_t *behind = start_reply(in, packet, hop, packet->target, packet->protocol, length, out);

    store_be32(behind - IPV6, 0x60000000U | (uint32_t)packet->traffic_class << 20);
    return behind;
}
