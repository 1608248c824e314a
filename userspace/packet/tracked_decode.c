// SPDX-License-Identifier: GPL-2.0-or-later
/* Decides to which probe a quotation or an answer belongs: the judgement of packet/tracked.h. */
#include <string.h>

#include "bytes.h"
#include "ip_header.h"
#include "packet/reply_read.h"
#include "packet/tracked_table.h"

enum {
    /* How many earlier probes with the same low half of the number are told apart from a rewritten one. */
    GENERATIONS = 4,
    /* How many probes with the same proof are compared. At 10,000 probes per second, about six have the same
     * proof in each second of the forty that the table would need to see a seventh. */
    SAME_PROOF = 4,
};

/* Which fields of a quotation are as we sent them. */
enum tracked_match {
    MATCH_TARGET = 1 << 0, /* destination address */
    MATCH_SOURCE = 1 << 1, /* source address */
    MATCH_FLOW = 1 << 2,   /* this and the following: include/layout_tracked.h */
    MATCH_PORT = 1 << 3,
    MATCH_PROOF = 1 << 4,
    MATCH_MARK = 1 << 5,
};

struct quotation {
    const struct reply_view *view;
    size_t length;               /* from the transport header on */
    const struct layout *layout; /* of the quotation's family */
};

/* How far a quotation agrees with a probe in the table. */
struct candidate {
    struct tracked_probe *sent; /* NULL: no such probe */
    unsigned match;
    enum probe_origin origin;
};

static bool is_zero(const uint8_t *bytes, size_t size)
{
    while (size && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

/* Returns NULL if the quotation ends before that field. A router may have replaced bytes that it cut off by
 * zeros (RFC 4884, section 5.3); none of these fields is zero. */
static const uint8_t *quoted(const struct quotation *quotation, struct tracked_field field)
{
    const struct reply_view *view = quotation->view;
    const uint8_t *at = tracked_field(view->quotation, view->transport, field);
    unsigned field_end = field.place + field.size;

    if (!field.size)
        return NULL;
    if (field.of_ip || field_end <= QUOTED_MIN)
        return at;
    return field_end <= quotation->length && !is_zero(at, field.size) ? at : NULL;
}

static uint16_t quoted_word(const struct quotation *quotation, struct tracked_field field)
{
    const uint8_t *at = quoted(quotation, field);

    return at ? load_be16(at) : 0;
}

/*
 * The probe is ours if everything is as it was sent. A NAT may have changed addresses, ports or identifier,
 * and the checksum that covers them; many NATs restore the addresses in a quotation, but not that checksum.
 * Only we know flow and proof: one of them is enough, or both if the protocol differs; the mark alone is as
 * good as both. If a NAT has changed all of these, the quotation must have come to us and have a source that
 * is not ours, with our target and port. Less is not accepted, because other programs of this host may trace
 * the same target.
 */
static enum probe_origin judge(unsigned match, unsigned seen, bool to_us, bool of_protocol)
{
    const unsigned both = MATCH_FLOW | MATCH_PROOF, untold = MATCH_TARGET | MATCH_PORT;

    if (match == seen)
        return PROBE_OURS;
    if (match & MATCH_MARK || (match & both) == both || (match & both && of_protocol))
        return PROBE_REWRITTEN;
    return (match & untold) == untold && to_us && !(match & MATCH_SOURCE) && of_protocol ? PROBE_REWRITTEN
                                                                                         : PROBE_FOREIGN;
}

/* Compares a field of the probe, written again with `size` bytes, with the quotation, if both have it. */
static void compare_field(const struct quotation *quotation, struct tracked_field field,
                          const uint8_t *packet, unsigned size, enum tracked_match bit, unsigned *match,
                          unsigned *seen)
{
    const uint8_t *at = quoted(quotation, field);
    const uint8_t *sent = tracked_field(packet, packet + ip_header(quotation->view->family), field);

    if (!at || sent + field.size > packet + size)
        return;
    *seen |= bit;
    if (memcmp(at, sent, field.size) == 0)
        *match |= bit;
}

/* If the proof is not quoted, or has only led to this probe and so proves nothing, the flow label replaces
 * it. A label that the user chose cannot. */
static unsigned compare_fields(const struct tracked *tracked, const struct tracked_probe *sent,
                               const struct quotation *quotation, bool led_by_proof, unsigned *seen)
{
    const struct tracked_layout *layout = quotation->layout->tracked;
    unsigned size = tracked_size(tracked, sent), match = 0;
    uint8_t packet[LAYOUT_LONGEST];

    tracked_write(tracked, sent, packet);
    compare_field(quotation, layout->flow, packet, size, MATCH_FLOW, &match, seen);
    compare_field(quotation, layout->port, packet, size, MATCH_PORT, &match, seen);
    if (!led_by_proof)
        compare_field(quotation, layout->proof, packet, size, MATCH_PROOF, &match, seen);
    compare_field(quotation, layout->mark, packet, size, MATCH_MARK, &match, seen);
    if (!(*seen & MATCH_PROOF) && !tracked->same_flow_label)
        compare_field(quotation, layout->label, packet, size, MATCH_PROOF, &match, seen);
    return match;
}

static struct candidate compare(const struct tracked *tracked, const struct quotation *quotation,
                                struct tracked_probe *sent, bool led_by_proof)
{
    const struct reply_view *view = quotation->view;
    unsigned seen = MATCH_TARGET | MATCH_SOURCE;

    if (!sent || tracked_layout_of(tracked, sent) != quotation->layout)
        return (struct candidate){.origin = PROBE_FOREIGN};

    struct address target = ip_destination(view->family, view->quotation);
    unsigned match =
        compare_fields(tracked, sent, quotation, led_by_proof, &seen) |
        (address_equal(target, sent->probe.target_address) ? MATCH_TARGET : 0) |
        (address_equal(ip_source(view->family, view->quotation), sent->source) ? MATCH_SOURCE : 0);
    bool to_us = address_equal(ip_destination(view->family, view->ip), sent->source);
    bool of_protocol = view->protocol == quotation->layout->protocol;
    return (struct candidate){sent, match, judge(match, seen, to_us, of_protocol)};
}

/* Whether a quotation with the low half of the number of `sent` belongs to an earlier probe, whose place in
 * the table `sent` has taken. */
static bool is_of_earlier(const struct tracked *tracked, const struct tracked_probe *sent, uint16_t proof)
{
    uint32_t number = sent->number;

    for (int i = 0; i < GENERATIONS && number > TRACKED_PROBES; i++) {
        number -= TRACKED_PROBES;
        if (tracked_proof(tracked, number) == proof)
            return true;
    }
    return false;
}

/* Returns the probe with the quoted number. If the number is quoted twice, and the first does not lead to a
 * probe with this proof, the second may be correct. */
static struct candidate find_by_number(const struct tracked *tracked, const struct quotation *quotation)
{
    const struct tracked_layout *layout = quotation->layout->tracked;
    uint16_t number = quoted_word(quotation, layout->number);
    uint16_t same_number = quoted_word(quotation, layout->same_number);
    struct candidate found = compare(tracked, quotation, tracked_find(tracked, number), false);

    if (found.match & (MATCH_PROOF | MATCH_MARK) || !layout->same_number.size)
        return found;
    return compare(tracked, quotation, tracked_find(tracked, same_number), false);
}

/* Returns the last probe with this proof and the quoted flow. If the quotation has a number, the number was
 * changed on the path. */
static struct candidate find_by_proof(const struct tracked *tracked, const struct quotation *quotation,
                                      uint16_t proof)
{
    const unsigned both = MATCH_FLOW | MATCH_PROOF;
    bool has_number = quoted(quotation, quotation->layout->tracked->number);
    uint16_t number = tracked->by_proof[proof];

    for (int i = 0; i < SAME_PROOF && number; i++) {
        struct tracked_probe *sent = tracked_find(tracked, number);
        struct candidate found = compare(tracked, quotation, sent, !has_number);

        if (has_number)
            found.origin = PROBE_REWRITTEN;
        if ((found.match & both) == both || found.origin == PROBE_OURS)
            return found;
        number = sent ? sent->same_proof : 0;
    }
    return (struct candidate){.origin = PROBE_FOREIGN};
}

/* Finds the probe by its number, or by its proof if the number leads only to a probe with another proof. */
static struct candidate find_quoted(const struct tracked *tracked, const struct quotation *quotation)
{
    struct candidate found = find_by_number(tracked, quotation);
    uint16_t proof = quoted_word(quotation, quotation->layout->tracked->proof);

    if (found.match & (MATCH_PROOF | MATCH_MARK) || (found.sent && is_of_earlier(tracked, found.sent, proof)))
        return found;

    struct candidate other = find_by_proof(tracked, quotation, proof);
    return other.sent ? other : found;
}

/* An IPv4 header of less than five words does not show where the rest is. */
static bool has_header(const struct reply_view *view)
{
    const uint8_t *quotation = view->quotation;

    return ip_version(quotation) == (unsigned)view->family &&
           (view->family == FAMILY_IPV6 || ipv4_header_length(quotation) >= IPV4_HEADER);
}

static enum decode_verdict recover(const struct tracked *tracked, const struct quotation *quotation,
                                   struct reply *out)
{
    const struct reply_view *view = quotation->view;

    if (!has_header(view))
        return DECODE_REJECT_FOREIGN;

    struct candidate found = find_quoted(tracked, quotation);
    uint16_t proof = quoted_word(quotation, quotation->layout->tracked->proof);
    if (found.origin == PROBE_FOREIGN)
        return DECODE_REJECT_FOREIGN;
    if (!(found.match & (MATCH_PROOF | MATCH_MARK)) && is_of_earlier(tracked, found.sent, proof))
        return DECODE_REJECT_FORGED;
    out->rewritten = found.origin == PROBE_REWRITTEN;
    out->sent = found.sent;
    out->quoted = (struct quoted_probe){.probe = found.sent->probe,
                                        .source = ip_source(view->family, view->quotation),
                                        .quoted_ttl = ip_ttl(view->family, view->quotation)};
    out->quoted.probe.target_address = ip_destination(view->family, view->quotation);
    return DECODE_ACCEPTED;
}

/* Returns how many bytes a probe has behind its IP header. */
static unsigned room_of(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return tracked_size(tracked, sent) - ip_header(address_family(sent->source));
}

static enum probe_origin answers(const struct tracked *tracked, const struct layout *layout,
                                 struct tracked_probe *sent, const struct answer_view *view)
{
    uint8_t packet[LAYOUT_LONGEST];

    if (!sent || tracked_layout_of(tracked, sent) != layout)
        return PROBE_FOREIGN;
    tracked_write(tracked, sent, packet);

    struct tracked_request request = {packet, packet + ip_header(view->family), room_of(tracked, sent)};
    return layout->tracked->answers(&request, view->ip, view->transport, view->end);
}

/* The same for the last probe: all probes of one run have the same room. */
static unsigned usual_room(const struct tracked *tracked)
{
    const struct tracked_probe *last = tracked_find(tracked, (uint16_t)tracked->number);

    return last ? room_of(tracked, last) : 0;
}

/* Decodes the target's own answer. */
static enum decode_verdict decode_answer(const struct tracked *tracked, const struct layout *layout,
                                         const uint8_t *ip, const uint8_t *end, struct reply *out)
{
    struct answer_view view;
    struct tracked_answer answer;

    if (!layout->tracked->answer || !reply_find_answer(layout->family, ip, end, layout->protocol, &view) ||
        !layout->tracked->answer(view.transport, view.end, usual_room(tracked), &answer))
        return DECODE_REJECT_NOT_A_REPLY;
    out->kind = answer.kind;
    out->sent = tracked_find(tracked, answer.number);

    enum probe_origin origin = answers(tracked, layout, out->sent, &view);
    if (origin == PROBE_FOREIGN) {
        out->sent = tracked_find(tracked, answer.other_number);
        origin = answers(tracked, layout, out->sent, &view);
    }
    if (origin != PROBE_OURS)
        return origin == PROBE_FORGED ? DECODE_REJECT_FORGED : DECODE_REJECT_FOREIGN;
    out->quoted.probe = out->sent->probe;
    out->quoted.source = ip_destination(view.family, ip);
    return reply_read_answer(&view, out);
}

/* Decodes the target's own answer, trying all protocols of the family that were used. */
static enum decode_verdict decode_any_answer(const struct tracked *tracked, enum address_family family,
                                             const uint8_t *ip, const uint8_t *end, struct reply *out)
{
    enum decode_verdict verdict = DECODE_REJECT_NOT_A_REPLY;

    for (unsigned i = 0; i < tracked->kind_count && verdict == DECODE_REJECT_NOT_A_REPLY; i++)
        if (tracked->kinds[i]->family == family)
            verdict = decode_answer(tracked, tracked->kinds[i], ip, end, out);
    return verdict;
}

/* Returns the layout of the quoted protocol; if there is none, the protocol may have been changed. */
static const struct layout *layout_quoted(const struct tracked *tracked, const struct reply_view *view)
{
    const struct layout *found = NULL;

    for (unsigned i = 0; i < tracked->kind_count; i++) {
        const struct layout *layout = tracked->kinds[i];

        if (layout->family == view->family && (!found || layout->protocol == view->protocol))
            found = layout;
    }
    return found;
}

/* Routers that copy the IP ID of the packet that they answer have no counter, even if it looks like one. */
static bool copies_ip_id(const struct tracked *tracked, const uint8_t *ip, const struct tracked_probe *sent)
{
    uint8_t packet[LAYOUT_LONGEST];

    if (!address_is_ipv4(sent->source))
        return false;
    tracked_write(tracked, sent, packet);
    return load_be16(ip + IPV4_ID) == load_be16(packet + IPV4_ID);
}

/* Bytes behind a packet in its frame are padding. */
static size_t length_behind(const uint8_t *transport, const uint8_t *ip, size_t length)
{
    size_t before = (size_t)(transport - ip), total = ip_length(ip_family(ip), ip);

    if (total < length)
        length = total;
    return length > before ? length - before : 0;
}

static enum decode_verdict decode_error(const struct tracked *tracked, const struct reply_view *view,
                                        const uint8_t *ip, size_t length, struct reply *out)
{
    const struct quotation quotation = {view, length_behind(view->transport, ip, length),
                                        layout_quoted(tracked, view)};
    enum decode_verdict verdict =
        quotation.layout ? recover(tracked, &quotation, out) : DECODE_REJECT_NOT_A_REPLY;

    return verdict == DECODE_ACCEPTED ? reply_read_error(view, ip + length, out) : verdict;
}

enum decode_verdict tracked_decode(const struct tracked *tracked, const uint8_t *ip, size_t length,
                                   struct reply *out)
{
    enum address_family family = length ? ip_family(ip) : FAMILY_IPV6;
    struct reply_view view = {0};

    *out = (struct reply){0};

    enum reply_class class = reply_parse_ip(family, ip, ip + length, &view);
    if (class == REPLY_TRUNCATED)
        return DECODE_REJECT_TRUNCATED;

    enum decode_verdict verdict = class == REPLY_NOT
                                      ? decode_any_answer(tracked, family, ip, ip + length, out)
                                      : decode_error(tracked, &view, ip, length, out);
    if (verdict == DECODE_ACCEPTED && tracked->compares_ip_ids)
        out->copied_ip_id = copies_ip_id(tracked, ip, out->sent);
    return verdict;
}
