// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: a frame that anybody may have sent, through the parser that the XDP filter and userspace
 * share, and the recovery of probes of every layout. The first bytes of the input are a probe; the rest is
 * the frame, into which its quotation is copied at the position in the byte after the probe.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_probe.h"
#include "reply_parse.h"

struct input {
    struct fuzz_probe probe;
    uint8_t quotation_offset; /* position in the frame; 0: none is copied */
};

static void check_round_trip(const struct fuzz_probe *input, const uint8_t *ip, unsigned length)
{
    const struct layout_choice choice = fuzz_choice(input);
    const struct probe probe = fuzz_probe_of(input);
    struct quoted_probe quoted;

    require(layout_read_own(&choice, ip, length, &quoted));
    require(address_equal(quoted.source, fuzz_address(choice.layout->family, input->source)));
    require(address_equal(quoted.probe.target_address, probe.target_address));
    require(quoted.probe.flow == probe.flow);
    require(quoted.probe.ttl == probe.ttl);
    require(((quoted.sent_at - load_be32(input->now_us)) & PROBE_TIME_MASK) <= 1);
}

static void check_error(const struct layout_choice *choice, const struct reply_view *view,
                        const uint8_t *frame, size_t length)
{
    unsigned header = view->family == FAMILY_IPV4 ? IPV4_HEADER : IPV6_HEADER;
    struct quoted_probe quoted = {0};

    require(view->ip >= frame + ETHERNET_HEADER && view->icmp >= view->ip + header);
    require(view->quotation == view->icmp + ICMP_HEADER && view->transport >= view->quotation + header);
    require(view->transport + QUOTED_MIN <= frame + length);
    if (choice->layout->recover(choice->key, choice->port, view->quotation, view->transport, frame + length,
                                &quoted) > PROBE_FORGED)
        require_possible(choice, &quoted);
}

static void check_answer(const struct layout_choice *choice, const uint8_t *ip, const uint8_t *end)
{
    const struct layout *layout = choice->layout;
    bool fragment;
    const uint8_t *transport = reply_transport(layout->family, ip, end, layout->protocol, &fragment);
    struct quoted_probe quoted = {0};
    enum reply_kind kind = REPLY_ICMP_ERROR;

    if (!transport)
        return;
    require(transport + QUOTED_MIN <= end);
    if (layout->answer(choice->key, choice->port, ip, transport, end, &quoted, &kind) > PROBE_FORGED) {
        require(kind != REPLY_ICMP_ERROR && kind < REPLY_KINDS);
        require_possible(choice, &quoted);
    }
}

static void check_frame(const struct layout_choice *choice, const uint8_t *frame, size_t length)
{
    const uint8_t *end = frame + length;
    enum address_family family;
    struct reply_view view;
    const uint8_t *ip = reply_find_ip(frame, end, &family);

    if (!ip || family != choice->layout->family)
        return;
    enum reply_class class = reply_parse_ip(family, ip, end, &view);
    if (class == REPLY_ERROR)
        check_error(choice, &view, frame, length);
    else if (class == REPLY_NOT)
        check_answer(choice, ip, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t ip[LAYOUT_LONGEST];
    struct input input;

    if (size < sizeof(input))
        return 0;
    memcpy(&input, data, sizeof(input));
    size -= sizeof(input);

    const struct layout_choice choice = fuzz_choice(&input.probe);
    unsigned length = fuzz_craft(&input.probe, ip);
    check_round_trip(&input.probe, ip, length);

    uint8_t *frame = malloc(size ? size : 1); /* a heap block, after which no byte may be read */
    require(frame != NULL);
    memcpy(frame, data + sizeof(input), size);
    if (input.quotation_offset && input.quotation_offset < size)
        memcpy(frame + input.quotation_offset, ip,
               length < size - input.quotation_offset ? length : size - input.quotation_offset);
    check_frame(&choice, frame, size);
    free(frame);
    return 0;
}
