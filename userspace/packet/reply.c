// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/reply.h"

#include "packet/reply_read.h"
#include "packet/sum.h"
#include "reply_parse.h"

enum {
    MORE_FRAGMENTS = 0x2000,
};

/* Checks lengths and checksums; `*packet_end` is where the reply's own packet ends within the frame. */
static enum decode_verdict check_envelope(const struct reply_view *view, const uint8_t *end,
                                          struct reply *out, const uint8_t **packet_end)
{
    size_t header_length = (size_t)(view->icmp - view->ip);
    size_t needed = (size_t)(view->transport - view->ip) + QUOTED_MIN;
    size_t total_length = load_be16(view->ip + 2);
    size_t available = (size_t)(end - view->ip);

    if (!sum_valid(view->ip, header_length))
        return DECODE_REJECT_IP_CHECKSUM;
    if (total_length < needed)
        return DECODE_REJECT_TRUNCATED; /* what follows is Ethernet padding, no quotation */

    /* The first of several fragments holds a part of the message, which cannot be checked either. */
    out->truncated = total_length > available || (load_be16(view->ip + 6) & MORE_FRAGMENTS);
    *packet_end = total_length > available ? end : view->ip + total_length;
    if (!out->truncated && !sum_valid(view->icmp, total_length - header_length))
        return DECODE_REJECT_ICMP_CHECKSUM;
    return DECODE_ACCEPTED;
}

/* RFC 1191, section 4. */
static bool is_fragmentation_needed(const uint8_t *icmp)
{
    return icmp[0] == ICMP_DESTINATION_UNREACHABLE && icmp[1] == ICMP_FRAGMENTATION_NEEDED;
}

/* RFC 1122, section 4.1.3.1: the answer of a host where nobody listens. To others it is an error. */
static bool answers_udp(const struct reply_view *view)
{
    return view->icmp[0] == ICMP_DESTINATION_UNREACHABLE && view->icmp[1] == ICMP_PORT_UNREACHABLE &&
           view->quotation[9] == PROTOCOL_UDP;
}

enum decode_verdict reply_read_error(const struct reply_view *view, const uint8_t *end, struct reply *out)
{
    const uint8_t *packet_end;
    enum decode_verdict verdict = check_envelope(view, end, out, &packet_end);

    if (verdict != DECODE_ACCEPTED)
        return verdict;
    out->responder = address_of_ipv4(load_be32(view->ip + 12));
    out->reply_ttl = view->ip[8];
    out->kind = REPLY_ICMP_ERROR;
    out->icmp_type = view->icmp[0];
    out->icmp_code = view->icmp[1];
    out->solicited = answers_udp(view);
    out->next_hop_mtu = is_fragmentation_needed(view->icmp) ? load_be16(view->icmp + 6) : 0;
    icmp_extension_read(FAMILY_IPV4, view->icmp, (size_t)(packet_end - view->icmp), &out->labels,
                        &out->objects);
    out->facts = reply_facts_of_error(view);
    return DECODE_ACCEPTED;
}

static void note_origin(enum probe_origin origin, struct reply *out)
{
    out->rewritten = origin != PROBE_OURS;
    out->target_lost = origin == PROBE_REWRITTEN;
    out->sent = NULL;
}

/* How an answer is judged whose checksum says nothing but that it came whole. TCP's is not looked at: that of
 * a packet from this machine is written by a device that it never reaches. */
static enum decode_verdict check_answer(const struct answer_view *view, struct reply *out)
{
    const uint8_t *ip = view->ip;
    size_t header_length = (size_t)(view->transport - ip), total_length = load_be16(ip + IPV4_TOTAL_LENGTH);
    size_t available = (size_t)(view->end - ip);

    if (!sum_valid(ip, header_length))
        return DECODE_REJECT_IP_CHECKSUM;
    out->truncated = total_length > available || (load_be16(ip + IPV4_FRAGMENT) & IPV4_MORE_FRAGMENTS);
    if (ip[IPV4_PROTOCOL] == PROTOCOL_ICMP && !out->truncated &&
        !sum_valid(view->transport, total_length - header_length))
        return DECODE_REJECT_ICMP_CHECKSUM;
    return DECODE_ACCEPTED;
}

bool reply_find_answer(const uint8_t *ip, const uint8_t *end, uint8_t protocol, struct answer_view *out)
{
    const uint8_t *transport = reply_answer_transport(ip, end, protocol);

    if (!transport)
        return false;
    if (load_be16(ip + IPV4_TOTAL_LENGTH) < end - ip)
        end = ip + load_be16(ip + IPV4_TOTAL_LENGTH);
    *out = (struct answer_view){ip, transport, end};
    return end - transport >= QUOTED_MIN;
}

enum decode_verdict reply_read_answer(const struct answer_view *view, struct reply *out)
{
    out->responder = address_of_ipv4(load_be32(view->ip + IPV4_SOURCE));
    out->reply_ttl = view->ip[IPV4_TTL];
    out->solicited = true;
    out->icmp_type = out->icmp_code = 0; /* also of an Echo Reply */
    out->next_hop_mtu = 0;
    out->labels = (struct label_stack){.count = 0};
    out->objects = (struct extension_objects){.length = 0};
    out->facts = reply_facts_of_answer(view->ip, view->transport);
    return check_answer(view, out);
}

static enum decode_verdict judge_answer(const struct layout_choice *layout, const uint8_t *ip,
                                        const uint8_t *end, struct reply *out)
{
    struct answer_view view;

    if (!reply_find_answer(ip, end, layout->layout->protocol, &view))
        return DECODE_REJECT_NOT_A_REPLY;

    enum probe_origin origin = layout->layout->answer(layout->key, layout->port, ip, view.transport, view.end,
                                                      &out->quoted, &out->kind);
    if (origin == PROBE_FOREIGN)
        return DECODE_REJECT_NOT_A_REPLY;
    if (origin == PROBE_FORGED)
        return DECODE_REJECT_FORGED;
    note_origin(origin, out);
    return reply_read_answer(&view, out);
}

static enum decode_verdict judge(const struct layout_choice *layout, enum reply_class class,
                                 const struct reply_view *view, const uint8_t *end, struct reply *out)
{
    if (class == REPLY_TRUNCATED)
        return DECODE_REJECT_TRUNCATED;

    enum probe_origin origin = layout->layout->recover(layout->key, layout->port, view->quotation,
                                                       view->transport, end, &out->quoted);
    if (origin == PROBE_FOREIGN)
        return DECODE_REJECT_FOREIGN;
    if (origin == PROBE_FORGED)
        return DECODE_REJECT_FORGED;
    note_origin(origin, out);
    return reply_read_error(view, end, out);
}

enum decode_verdict reply_decode_ip(const struct layout_pair *pair, const uint8_t *ip, size_t length,
                                    struct reply *out)
{
    const struct layout_choice *layout = &pair->ipv4;
    struct reply_view view = {0};
    enum reply_class class = reply_parse_ipv4(ip, ip + length, &view);

    if (!layout->layout)
        return DECODE_REJECT_NOT_A_REPLY;
    return class == REPLY_NOT ? judge_answer(layout, ip, ip + length, out)
                              : judge(layout, class, &view, ip + length, out);
}

enum decode_verdict reply_decode_ethernet(const struct layout_pair *pair, const uint8_t *frame, size_t length,
                                          struct reply *out)
{
    const uint8_t *ip = reply_find_ipv4(frame, frame + length);

    return ip ? reply_decode_ip(pair, ip, (size_t)(frame + length - ip), out) : DECODE_REJECT_NOT_A_REPLY;
}
