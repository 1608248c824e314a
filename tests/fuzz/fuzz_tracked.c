// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: a packet as it may come from anybody, through the decoding of replies to probes that are
 * kept in a table. The first bytes say which protocol and how many probes were sent before; the rest is the
 * packet, into which one of the probes is laid where they say so.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "packet/tracked.h"

/* Says what must hold; libFuzzer keeps the input that breaks it. */
static void require(int condition)
{
    if (!condition)
        abort();
}

struct input {
    uint8_t protocol;
    uint8_t probes;
    uint8_t which;            /* of them is laid into the packet */
    uint8_t quotation_offset; /* 0: none is */
    uint8_t size;
};

enum {
    MOST = 512,
};

static const uint32_t sources[] = {0xc6120002, 0xc6120009};

static struct tracked *make(const struct input *input)
{
    static const struct tracked_protocol *const protocols[] = {&tracked_udp, &tracked_icmp, &tracked_tcp};
    const struct tracked_config config = {
        .key = {1, 2},
        .protocol = protocols[input->protocol % 3],
        .sources = sources,
        .source_count = 2,
    };
    struct tracked *tracked = tracked_create(&config);

    require(tracked != NULL);
    return tracked;
}

/* Sends the probes; returns the length of the one that is asked for, which is left in `packet`. */
static unsigned send_probes(struct tracked *tracked, const struct input *input, uint8_t packet[MOST])
{
    unsigned length = 0, which = input->probes ? input->which % input->probes : 0;

    for (unsigned i = 0; i < input->probes; i++) {
        uint8_t scratch[MOST] = {0};
        const struct probe probe = {
            .target = 0x08080404 + i % 3,
            .ttl = (uint8_t)(1 + i % 64),
            .flow = (uint16_t)(i % 5),
            .lane = i % 2,
            .owner = i,
            .size = input->size,
        };
        unsigned crafted = tracked_craft(tracked, &probe, i, scratch);

        require(crafted >= 28 && crafted <= MOST);
        if (i != which)
            continue;
        length = crafted;
        memcpy(packet, scratch, length);
    }
    return length;
}

static void check(struct tracked *tracked, const struct input *input, const uint8_t *packet, size_t size)
{
    struct reply reply;
    enum decode_verdict verdict = tracked_decode_ipv4(tracked, packet, size, &reply);

    require(verdict >= 0 && verdict < DECODE_VERDICTS);
    if (verdict != DECODE_ACCEPTED)
        return;
    require(reply.sent != NULL && reply.sent->probe.owner < input->probes);
    require(reply.quoted.probe.ttl == reply.sent->probe.ttl &&
            reply.quoted.probe.flow == reply.sent->probe.flow);
    require(reply.rewritten || reply.quoted.probe.target == reply.sent->probe.target);
    require(reply.labels.count <= LABELS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t probe[MOST] = {0};
    struct input input;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));
    size -= sizeof(input);
    struct tracked *tracked = make(&input);
    unsigned length = send_probes(tracked, &input, probe);
    uint8_t *packet = malloc(size ? size : 1); /* ends where the heap's does, so that a byte beyond shows */
    require(packet != NULL);
    memcpy(packet, data + sizeof(input), size);
    if (input.quotation_offset && input.quotation_offset < size)
        memcpy(packet + input.quotation_offset, probe,
               length < size - input.quotation_offset ? length : size - input.quotation_offset);
    check(tracked, &input, packet, size);
    free(packet);
    tracked_free(tracked);
    return 0;
}
