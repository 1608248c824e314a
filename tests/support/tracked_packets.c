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
    IP = 20,
    ICMP = 8,
    TCP = 20,
};

enum tracked_packets_kind tracked_packets_kind(const struct layout *layout)
{
    return layout->protocol == PROTOCOL_UDP   ? KIND_UDP
           : layout->protocol == PROTOCOL_TCP ? KIND_TCP
                                              : KIND_ICMP;
}

struct tracked *tracked_packets_table(const struct layout *layout, uint64_t seed)
{
    static const struct address sources[] = {IPV4(TRACKED_SOURCE), IPV4(TRACKED_OTHER)};
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

struct probe tracked_packets_probe(void)
{
    return (struct probe){
        .target_address = IPV4(TRACKED_TARGET), .flow = 3, .ttl = 9, .owner = 77, .query = 2, .size = 60};
}

struct tracked_packet tracked_packets_craft(struct tracked *tracked, struct probe probe, uint64_t now_ns)
{
    struct tracked_packet packet = {0};

    cr_assert_leq(probe.size, TRACKED_PACKET_MAX);
    packet.length = tracked_craft(tracked, &probe, now_ns, packet.bytes);
    return packet;
}

static void header(struct tracked_packet *packet, uint8_t protocol, uint32_t from, uint32_t to)
{
    uint8_t *ip = packet->bytes;

    ip[0] = 0x45;
    store_be16(ip + 2, (uint16_t)packet->length);
    ip[8] = 60;
    ip[9] = protocol;
    store_be32(ip + 12, from);
    store_be32(ip + 16, to);
    tracked_packets_seal(packet);
}

struct tracked_packet tracked_packets_quote(const struct tracked_packet *probe, unsigned icmp,
                                            unsigned quoted)
{
    struct tracked_packet error = {.length = IP + ICMP + quoted};
    uint8_t *quotation = error.bytes + IP + ICMP;

    cr_assert_leq(error.length, TRACKED_PACKET_MAX);
    store_be16(error.bytes + IP, (uint16_t)icmp);
    memcpy(quotation, probe->bytes, quoted < probe->length ? quoted : probe->length);
    if (quoted >= IP) {
        quotation[8] = 1;
        store_be16(quotation + 10, 0);
        store_be16(quotation + 10, (uint16_t)~reference_sum(0, quotation, IP));
    }
    header(&error, PROTOCOL_ICMP, TRACKED_RESPONDER, load_be32(probe->bytes + 12));
    return error;
}

uint8_t *tracked_packets_quotation(struct tracked_packet *error)
{
    return error->bytes + IP + ICMP;
}

struct tracked_packet tracked_packets_echo(const struct tracked_packet *request)
{
    struct tracked_packet reply = {.length = request->length};

    memcpy(reply.bytes + IP, request->bytes + IP, request->length - IP);
    reply.bytes[IP] = 0;
    header(&reply, PROTOCOL_ICMP, load_be32(request->bytes + 16), load_be32(request->bytes + 12));
    return reply;
}

struct tracked_packet tracked_packets_tcp(const struct tracked_packet *syn, uint8_t flags, uint32_t data)
{
    struct tracked_packet reply = {.length = IP + TCP};
    const uint8_t *asked = syn->bytes + IP;
    uint8_t *tcp = reply.bytes + IP;

    store_be16(tcp, load_be16(asked + 2));
    store_be16(tcp + 2, load_be16(asked));
    store_be32(tcp + 4, load_be32(asked + 8));
    store_be32(tcp + 8, load_be32(asked + 4) + 1 + data);
    tcp[12] = TCP / 4 << 4;
    tcp[13] = flags;
    header(&reply, 6, load_be32(syn->bytes + 16), load_be32(syn->bytes + 12));
    return reply;
}

void tracked_packets_seal(struct tracked_packet *packet)
{
    size_t length = (size_t)(packet->bytes[0] & 0xf) * 4;

    store_be16(packet->bytes + 10, 0);
    store_be16(packet->bytes + 10, (uint16_t)~reference_sum(0, packet->bytes, length));
    if (packet->bytes[IPV4_PROTOCOL] != PROTOCOL_ICMP)
        return;
    store_be16(packet->bytes + length + 2, 0);
    store_be16(packet->bytes + length + 2,
               (uint16_t)~reference_sum(0, packet->bytes + length, packet->length - length));
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
