// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: a packet as it may come from anybody, through the decoding of replies to probes that are
 * kept in a table. The first bytes of the input say which layout they have, which probe is laid into the
 * packet and where, and whether checksums are made right, which chance would not find; the rest is the
 * packet.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "packet/tracked.h"

struct input {
    uint8_t layout;           /* of the probes */
    uint8_t which;            /* of the probes is laid into the packet */
    uint8_t quotation_offset; /* 0: none is */
    uint8_t seal;
};

enum {
    PROBES = 200,
    SHORTEST = 28,
    LONGEST = 256,
};

/* Tables take long to make, and decoding does not change them: they are made once. */
struct sent {
    struct tracked *tracked;
    uint8_t packets[PROBES][LONGEST];
    unsigned lengths[PROBES];
};

static struct tracked *make(size_t layout)
{
    const struct address sources[] = {address_of_ipv4(0xc6120002), address_of_ipv4(0xc6120009)};
    const struct layout_choice choice = layout_choose(&layouts[layout], (struct siphash_key){1, 2});
    const struct tracked_config config = {
        .layouts = layout_pair_of(&choice),
        .sources = sources,
        .source_count = 2,
    };
    struct tracked *tracked = tracked_create(&config);

    require(tracked != NULL);
    return tracked;
}

static void send_probes(struct sent *sent)
{
    for (unsigned i = 0; i < PROBES; i++) {
        const struct probe probe = {
            .target_address = address_of_ipv4(0x08080404 + i % 3),
            .ttl = (uint8_t)(1 + i % 64),
            .flow = (uint16_t)(i % 5),
            .lane = i % 2,
            .owner = i,
            .size = (uint16_t)i,
        };

        sent->lengths[i] = tracked_craft(sent->tracked, &probe, i, sent->packets[i]);
        require(sent->lengths[i] >= SHORTEST && sent->lengths[i] <= LONGEST);
    }
}

static const struct sent *of_layout(size_t layout)
{
    static struct sent all[TRACKED_LAYOUTS];
    struct sent *sent = &all[layout];

    if (!sent->tracked) {
        sent->tracked = make(layout);
        send_probes(sent);
    }
    return sent;
}

/* Of the IPv4 header and of what would be ICMP behind it, as far as there is any. */
static void seal_all(uint8_t *packet, size_t size)
{
    if (size < 20)
        return;

    size_t header = (size_t)(packet[0] & 0xf) * 4, total = load_be16(packet + 2);
    if (header >= 20 && header <= size)
        seal(packet + 10, packet, header);
    if (packet[9] == 1 && header >= 20 && header + 8 <= total && total <= size)
        seal(packet + header + 2, packet + header, total - header);
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
    require(reply.labels.count <= LABELS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));
    size -= sizeof(input);

    const struct sent *sent = of_layout(input.layout % TRACKED_LAYOUTS);
    size_t which = input.which % PROBES, at = input.quotation_offset;
    uint8_t *packet = malloc(size ? size : 1); /* ends where the heap's does, so that a byte beyond shows */
    require(packet != NULL);
    memcpy(packet, data + sizeof(input), size);
    if (at && at < size)
        memcpy(packet + at, sent->packets[which],
               sent->lengths[which] < size - at ? sent->lengths[which] : size - at);
    if (input.seal & 1)
        seal_all(packet, size);
    check(sent, packet, size);
    free(packet);
    return 0;
}
