// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/reply.h"

#include "ip_header.h"
#include "packet/reply_read.h"
#include "packet/sum.h"
#include "reply_parse.h"

/* In IPv6 only the part behind the header has a checksum. */
static bool is_header_whole(enum address_family family, const uint8_t *ip, const uint8_t *transport)
{
    return family == FAMILY_IPV6 || sum_valid(ip, (size_t)(transport - ip));
}

/* Checks lengths and checksums; sets `*packet_end` to the end of the reply's own packet in the frame. */
REPLY_INLINE enum decode_verdict check_envelope(const struct reply_view *view, const uint8_t *end,
                                                struct reply *out, const uint8_t **packet_end)
{
    size_t needed = (size_t)(view->transport - view->ip) + QUOTED_MIN;
    size_t total_length = ip_length(view->family, view->ip), available = (size_t)(end - view->ip);

    if (!is_header_whole(view->family, view->ip, view->icmp))
        return DECODE_REJECT_IP_CHECKSUM;
    if (total_length < needed)
        return DECODE_REJECT_TRUNCATED; /* the bytes behind it are Ethernet padding, not a quotation */

    /* The first of several fragments holds a part of the message, so its checksum cannot be checked
     * either. */
    out->truncated = total_length > available || view->fragment;
    *packet_end = total_length > available ? end : view->ip + total_length;
    if (!out->truncated &&
        !sum_valid_icmp(view->family, view->ip, view->icmp, (size_t)(*packet_end - view->icmp)))
        return DECODE_REJECT_ICMP_CHECKSUM;
    return DECODE_ACCEPTED;
}

/*
 * In IPv6 routers quote as much as fits 1,280 bytes (RFC 4443, section 2.4 c): if one quoted less, the proof
 * of the probe may be missing. In IPv4 they quote eight bytes, which is enough.
 */
static bool quotes_a_part(const struct reply_view *view, const uint8_t *packet_end)
{
    return view->family == FAMILY_IPV6 &&
           ip_length(view->family, view->quotation) > (size_t)(packet_end - view->quotation) &&
           packet_end - view->ip < IPV6_MIN_MTU;
}

/* RFC 1191, section 4, has 16 bits. RFC 4443, section 3.2, has 32, but only jumbograms need more than 16. */
static uint16_t next_hop_mtu(const struct reply_view *view)
{
    const uint8_t *icmp = view->icmp;

    if (view->family == FAMILY_IPV4)
        return icmp[ICMP_TYPE] == ICMP_DESTINATION_UNREACHABLE && icmp[ICMP_CODE] == ICMP_FRAGMENTATION_NEEDED
                   ? load_be16(icmp + ICMP_MTU)
                   : 0;
    if (icmp[ICMP_TYPE] != ICMP6_PACKET_TOO_BIG)
        return 0;
    return load_be32(icmp + ICMP6_MTU) < UINT16_MAX ? (uint16_t)load_be32(icmp + ICMP6_MTU) : UINT16_MAX;
}

/* RFC 1122, section 4.1.3.1, RFC 4443, section 3.1: the answer of a host without a listener at that port. For
 * protocols other than UDP it is an error. */
static bool answers_udp(const struct reply_view *view)
{
    bool ipv4 = view->family == FAMILY_IPV4;

    return view->icmp[ICMP_TYPE] == (ipv4 ? ICMP_DESTINATION_UNREACHABLE : ICMP6_DESTINATION_UNREACHABLE) &&
           view->icmp[ICMP_CODE] == (ipv4 ? ICMP_PORT_UNREACHABLE : ICMP6_PORT_UNREACHABLE) &&
           view->protocol == PROTOCOL_UDP;
}

/* Inlined into each family's copy of decode(), where the family is a constant. */
REPLY_INLINE enum decode_verdict read_error(const struct reply_view *view, const uint8_t *end,
                                            struct reply *out)
{
    const uint8_t *packet_end;
    enum decode_verdict verdict = check_envelope(view, end, out, &packet_end);

    if (verdict != DECODE_ACCEPTED)
        return verdict;
    out->truncated |= out->cut || quotes_a_part(view, packet_end);
    out->responder = ip_source(view->family, view->ip);
    out->reply_ttl = ip_ttl(view->family, view->ip);
    out->kind = REPLY_ICMP_ERROR;
    out->icmp_type = view->icmp[ICMP_TYPE];
    out->icmp_code = view->icmp[ICMP_CODE];
    out->solicited = answers_udp(view);
    out->next_hop_mtu = next_hop_mtu(view);
    icmp_extension_read(view->family, view->icmp, (size_t)(packet_end - view->icmp), &out->labels,
                        &out->objects);
    out->facts = reply_facts_of_error(view);
    return DECODE_ACCEPTED;
}

enum decode_verdict reply_read_error(const struct reply_view *view, const uint8_t *end, struct reply *out)
{
    return read_error(view, end, out);
}

static void note_origin(enum probe_origin origin, struct reply *out)
{
    out->rewritten = origin == PROBE_REWRITTEN || origin == PROBE_UNTIMED;
    out->cut = origin == PROBE_CUT;
    out->target_lost = origin == PROBE_REWRITTEN;
    out->sent = NULL;
    out->copied_ip_id = false;
}

/* Checks an answer. The checksum only shows that it arrived undamaged. TCP's is not checked, because packets
 * from this machine itself rely on a device to fill it in, which they never reach. */
static enum decode_verdict check_answer(const struct answer_view *view, struct reply *out)
{
    size_t here = (size_t)(view->end - view->ip);

    if (!is_header_whole(view->family, view->ip, view->transport))
        return DECODE_REJECT_IP_CHECKSUM;
    out->truncated = ip_length(view->family, view->ip) > here || view->fragment;
    if (reply_is_icmp(view->protocol) && !out->truncated &&
        !sum_valid_icmp(view->family, view->ip, view->transport, (size_t)(view->end - view->transport)))
        return DECODE_REJECT_ICMP_CHECKSUM;
    return DECODE_ACCEPTED;
}

bool reply_find_answer(enum address_family family, const uint8_t *ip, const uint8_t *end, uint8_t protocol,
                       struct answer_view *out)
{
    bool fragment;
    const uint8_t *transport = reply_transport(family, ip, end, protocol, &fragment);

    if (!transport)
        return false;
    if (ip_length(family, ip) < (size_t)(end - ip))
        end = ip + ip_length(family, ip);
    *out = (struct answer_view){family, protocol, fragment, ip, transport, end};
    return end - transport >= QUOTED_MIN;
}

enum decode_verdict reply_read_answer(const struct answer_view *view, struct reply *out)
{
    bool icmp = reply_is_icmp(view->protocol);

    out->responder = ip_source(view->family, view->ip);
    out->reply_ttl = ip_ttl(view->family, view->ip);
    out->solicited = true;
    out->icmp_type = icmp ? view->transport[ICMP_TYPE] : 0;
    out->icmp_code = icmp ? view->transport[ICMP_CODE] : 0;
    out->next_hop_mtu = 0;
    out->labels = (struct label_stack){.count = 0};
    out->objects = (struct extension_objects){.length = 0};
    out->facts = reply_facts_of_answer(view->family, view->protocol, view->ip, view->transport);
    return check_answer(view, out);
}

static enum decode_verdict judge_answer(const struct layout_choice *choice, const uint8_t *ip,
                                        const uint8_t *end, struct reply *out)
{
    const struct layout *layout = choice->layout;
    struct answer_view view;

    if (!reply_find_answer(layout->family, ip, end, layout->protocol, &view))
        return DECODE_REJECT_NOT_A_REPLY;

    enum probe_origin origin =
        layout->answer(choice->key, choice->port, ip, view.transport, view.end, &out->quoted, &out->kind);
    if (origin == PROBE_FOREIGN)
        return DECODE_REJECT_NOT_A_REPLY;
    if (origin == PROBE_FORGED)
        return DECODE_REJECT_FORGED;
    note_origin(origin, out);
    return reply_read_answer(&view, out);
}

REPLY_INLINE enum decode_verdict judge(const struct layout_choice *choice, enum reply_class class,
                                       const struct reply_view *view, const uint8_t *end, struct reply *out)
{
    if (class == REPLY_TRUNCATED)
        return DECODE_REJECT_TRUNCATED;

    enum probe_origin origin = choice->layout->recover(choice->key, choice->port, view->quotation,
                                                       view->transport, end, &out->quoted);
    if (origin == PROBE_FOREIGN)
        return DECODE_REJECT_FOREIGN;
    if (origin == PROBE_FORGED)
        return DECODE_REJECT_FORGED;
    note_origin(origin, out);
    return read_error(view, end, out);
}

/* One copy per family, so that the tests of the family cost nothing. */
REPLY_INLINE enum decode_verdict decode(enum address_family family, const struct layout_choice *choice,
                                        const uint8_t *ip, const uint8_t *end, struct reply *out)
{
    struct reply_view view = {0};

    if (!choice->layout)
        return DECODE_REJECT_NOT_A_REPLY;

    enum reply_class class = reply_parse_ip(family, ip, end, &view);
    return class == REPLY_NOT ? judge_answer(choice, ip, end, out) : judge(choice, class, &view, end, out);
}

static enum decode_verdict decode_family(enum address_family family, const struct layout_pair *pair,
                                         const uint8_t *ip, const uint8_t *end, struct reply *out)
{
    return family == FAMILY_IPV4 ? decode(FAMILY_IPV4, &pair->ipv4, ip, end, out)
                                 : decode(FAMILY_IPV6, &pair->ipv6, ip, end, out);
}

enum decode_verdict reply_decode_ip(const struct layout_pair *pair, const uint8_t *ip, size_t length,
                                    struct reply *out)
{
    return length ? decode_family(ip_family(ip), pair, ip, ip + length, out) : DECODE_REJECT_NOT_A_REPLY;
}

enum decode_verdict reply_decode_ethernet(const struct layout_pair *pair, const uint8_t *frame, size_t length,
                                          struct reply *out)
{
    enum address_family family;
    const uint8_t *ip = reply_find_ip(frame, frame + length, &family);

    return ip ? decode_family(family, pair, ip, frame + length, out) : DECODE_REJECT_NOT_A_REPLY;
}
