// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: a frame as it may come from anybody, through the parser that the XDP filter and userspace
 * share and the recovery of probes. The first bytes of the input are a probe, so that right tags occur, which
 * chance would not find; the rest is the frame, into which its quotation is laid where the first byte says
 * so.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "layout_udp4.h"
#include "reply_parse.h"

static const struct siphash_key key = {0x0123456789abcdefULL, 0xfedcba9876543210ULL};

struct input {
    uint8_t quotation_offset; /* into the frame; 0: none is laid there */
    uint8_t ttl;
    uint8_t flow[2];
    uint8_t target[4];
    uint8_t source[4];
    uint8_t now_us[4];
};

static unsigned craft(const struct input *input, struct probe *probe, uint8_t ip[UDP4_LONGEST])
{
    struct layout_template template;

    probe->target_address = address_of_ipv4(load_be32(input->target));
    probe->flow = (uint16_t)(load_be16(input->flow) % (udp4_max_flow(UDP4_PORT) + 1));
    probe->ttl = (uint8_t)(1 + input->ttl % PROBE_MAX_TTL);
    udp4_template_init(&template, key, address_of_ipv4(load_be32(input->source)), UDP4_PORT);
    udp4_prepare(&template, ip);
    return udp4_craft(&template, probe, load_be32(input->now_us), ip);
}

static void check_round_trip(const struct input *input, const struct probe *probe, const uint8_t *ip)
{
    struct quoted_probe quoted;

    require(udp4_recover(key, UDP4_PORT, ip, ip + 20, ip + UDP4_LONGEST, &quoted) == PROBE_OURS);
    require(address_equal(quoted.source, address_of_ipv4(load_be32(input->source))));
    require(address_equal(quoted.probe.target_address, probe->target_address));
    require(quoted.probe.flow == probe->flow);
    require(quoted.probe.ttl == probe->ttl);
    require(quoted.sent_at == (udp4_wire_time(load_be32(input->now_us)) & PROBE_TIME_MASK));
}

static void check_frame(const uint8_t *frame, size_t length)
{
    struct quoted_probe quoted = {0};
    struct reply_view view;

    if (reply_parse_ethernet(frame, frame + length, &view) != REPLY_ERROR)
        return;
    require(view.ip >= frame + ETHERNET_HEADER && view.icmp >= view.ip + IPV4_HEADER);
    require(view.quotation == view.icmp + ICMP_HEADER);
    require(view.quotation + QUOTATION_MIN <= frame + length);
    if (udp4_recover(key, UDP4_PORT, view.quotation, view.transport, frame + length, &quoted) !=
        PROBE_FOREIGN)
        require(quoted.probe.ttl >= 1 && quoted.probe.ttl <= PROBE_MAX_TTL &&
                quoted.probe.flow <= udp4_max_flow(UDP4_PORT) && quoted.sent_at <= PROBE_TIME_MASK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t ip[UDP4_LONGEST];
    struct input input;
    struct probe probe;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));
    size -= sizeof(input);
    unsigned length = craft(&input, &probe, ip);
    check_round_trip(&input, &probe, ip);

    uint8_t *frame = malloc(size ? size : 1); /* ends where the heap's does, so that a byte beyond shows */
    require(frame != NULL);
    memcpy(frame, data + sizeof(input), size);
    if (input.quotation_offset && input.quotation_offset < size)
        memcpy(frame + input.quotation_offset, ip,
               length < size - input.quotation_offset ? length : size - input.quotation_offset);
    check_frame(frame, size);
    free(frame);
    return 0;
}
