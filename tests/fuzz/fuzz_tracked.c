// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: a packet that anybody may have sent, through the decoding of replies to probes that are
 * kept in a table, of both families. The first bytes of the input determine the layout of the probes, which
 * probe is copied into the packet and where, and whether checksums are corrected, because they would not be
 * right by chance; the rest is the packet.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "packet/tracked.h"

struct input {
    uint8_t layout;           /* of the probes */
    uint8_t which;            /* number of the probe that is copied into the packet */
    uint8_t quotation_offset; /* 0: none is */
    uint8_t seal;
};

enum {
    PROBES = 200,
    LANES = 4, /* two of each family */
    SHORTEST = 28,
    LONGEST = 256,
};

/* Making tables takes long, and decoding does not change them: they are made once. */
struct sent {
    struct tracked *tracked;
    uint8_t packets[PROBES][LONGEST];
    unsigned lengths[PROBES];
};

static struct address address_of(unsigned lane, uint32_t ipv4)
{
    return lane % 2 ? (struct address){0x20010db800000000ULL, ipv4} : address_of_ipv4(ipv4);
}

static struct tracked *make(size_t layout)
{
    const struct address sources[LANES] = {address_of(0, 0xc6120002), address_of(1, 0xc6120002),
                                           address_of(2, 0xc6120009), address_of(3, 0xc6120009)};
    const struct layout_choice choice = layout_choose(&layouts[layout], (struct siphash_key){1, 2});
    const struct tracked_config config = {
        .layouts = layout_pair_of(&choice),
        .sources = sources,
        .source_count = LANES,
    };
    struct tracked *tracked = tracked_create(&config);

    require(tracked != NULL);
    return tracked;
}

static void send_probes(struct sent *sent)
{
    for (unsigned i = 0; i < PROBES; i++) {
        const struct probe probe = {
            .target_address = address_of(i % LANES, 0x08080404 + i % 3),
            .ttl = (uint8_t)(1 + i % 64),
            .flow = (uint16_t)(i % 5),
            .lane = i % LANES,
            .owner = i,
            .size = (uint16_t)i,
        };

        sent->lengths[i] = tracked_craft(sent->tracked, &probe, i, sent->packets[i]);
        require(sent->lengths[i] >= SHORTEST && sent->lengths[i] <= LONGEST);
    }
}

static const struct sent *of_layout(size_t layout)
{
    static struct sent all[LAYOUT_COUNT];
    struct sent *sent = &all[layout];

    if (!sent->tracked) {
        sent->tracked = make(layout);
        send_probes(sent);
    }
    return sent;
}

/* Corrects those of the IPv4 header and of the presumed ICMP message behind it, as far as they are there. */
static void seal_ipv4(uint8_t *packet, size_t size)
{
    if (size < 20)
        return;

    size_t header = (size_t)(packet[0] & 0xf) * 4, total = load_be16(packet + 2);
    if (header >= 20 && header <= size)
        seal(packet + 10, packet, header);
    if (packet[9] == 1 && header >= 20 && header + 8 <= total && total <= size)
        seal(packet + header + 2, packet + header, total - header);
}

/* With the pseudo-header (RFC 8200, section 8.1) before it. */
static void seal_ipv6(uint8_t *packet, size_t size)
{
    uint8_t whole[40 + LONGEST * 4] = {0};
    size_t length = size < 48 ? 0 : load_be16(packet + 4);

    if (length < 8 || length + 40 > size || length > LONGEST * 4 || packet[6] != 58)
        return;
    memcpy(whole, packet + 8, 32);
    store_be32(whole + 32, (uint32_t)length);
    whole[39] = 58;
    memcpy(whole + 40, packet + 40, length);
    seal(whole + 42, whole, 40 + length);
    memcpy(packet + 42, whole + 42, 2);
}

static void check(const struct sent *sent, const uint8_t *packet, size_t size)
{
    struct reply reply;
    enum decode_verdict verdict = tracked_decode(sent->tracked, packet, size, &reply);

    require(verdict < DECODE_VERDICTS);
    if (verdict != DECODE_ACCEPTED)
        return;
    require(reply.sent != NULL && reply.sent->probe.owner < PROBES);
    require(reply.quoted.probe.ttl == reply.sent->probe.ttl);
    require(reply.quoted.probe.flow == reply.sent->probe.flow);
    require(reply.rewritten ||
            address_equal(reply.quoted.probe.target_address, reply.sent->probe.target_address));
    require(address_family(reply.responder) == address_family(reply.sent->source));
    require(reply.labels.count <= LABELS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));
    size -= sizeof(input);

    const struct sent *sent = of_layout(input.layout % LAYOUT_COUNT);
    size_t which = input.which % PROBES, at = input.quotation_offset;
    uint8_t *packet = malloc(size ? size : 1); /* a heap block, after which no byte may be read */
    require(packet != NULL);
    memcpy(packet, data + sizeof(input), size);
    if (at && at < size)
        memcpy(packet + at, sent->packets[which],
               sent->lengths[which] < size - at ? sent->lengths[which] : size - at);
    if (input.seal & 1)
        (size && packet[0] >> 4 == 6 ? seal_ipv6 : seal_ipv4)(packet, size);
    check(sent, packet, size);
    free(packet);
    return 0;
}
