// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose probe a quotation or an answer tells of: the judgement of packet/tracked.h. */
#include <string.h>

#include "bytes.h"
#include "packet/ip_header.h"
#include "packet/reply_read.h"
#include "packet/tracked_table.h"

enum {
    /* How many probes that had the number's low half before are told from a rewritten one. */
    GENERATIONS = 4,
};

/* How far a quotation is what we sent. */
enum tracked_match {
    MATCH_TARGET = 1 << 0, /* destination address */
    MATCH_SOURCE = 1 << 1, /* source address */
    MATCH_FLOW = 1 << 2,   /* this and the others: include/layout_tracked.h */
    MATCH_PORT = 1 << 3,
    MATCH_PROOF = 1 << 4,
    MATCH_ALL = (1 << 5) - 1,
};

/* How far a quotation is that of a probe in the table. */
struct candidate {
    struct tracked_probe *sent; /* NULL: there is none */
    unsigned match;
    enum probe_origin origin;
};

/*
 * Ours if everything is as it was sent. A NAT may have changed addresses, ports or identifier, and the
 * checksum that covers them; many restore the addresses in a quotation, and not that checksum. Flow and proof
 * are the two fields that no one else can know: one of them is enough, both where the protocol is another.
 * Where a NAT has changed both, the quotation that came to us tells of a source that is not ours; other
 * programs of this host may trace the same target, so nothing less will do.
 */
static enum probe_origin judge(unsigned match, bool to_us, bool of_protocol)
{
    const unsigned both = MATCH_FLOW | MATCH_PROOF, untold = MATCH_TARGET | MATCH_PORT;

    if (match == MATCH_ALL)
        return PROBE_OURS;
    if ((match & both) == both || (match & both && of_protocol))
        return PROBE_REWRITTEN;
    return (match & untold) == untold && to_us && !(match & MATCH_SOURCE) && of_protocol ? PROBE_REWRITTEN
                                                                                         : PROBE_FOREIGN;
}

static uint16_t quoted(const struct reply_view *view, struct tracked_field field)
{
    return load_be16(tracked_field(view->quotation, view->transport, field));
}

static unsigned compare_fields(const struct tracked_layout *layout, const uint8_t *packet,
                               const struct reply_view *view)
{
    const struct {
        struct tracked_field field;
        enum tracked_match match;
    } compared[] = {{layout->flow, MATCH_FLOW}, {layout->port, MATCH_PORT}, {layout->proof, MATCH_PROOF}};
    unsigned match = 0;

    for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
        struct tracked_field field = compared[i].field;

        if (memcmp(tracked_field(view->quotation, view->transport, field),
                   tracked_field(packet, packet + ip_header(view->family), field), field.size) == 0)
            match |= compared[i].match;
    }
    return match;
}

static struct candidate compare(const struct tracked *tracked, const struct reply_view *view,
                                struct tracked_probe *sent)
{
    uint8_t packet[LAYOUT_LONGEST];

    if (!sent || address_family(sent->source) != view->family)
        return (struct candidate){.origin = PROBE_FOREIGN};
    tracked_write(tracked, sent, packet);

    const struct layout *layout = tracked_layout_of(tracked, sent);
    struct address target = ip_destination(view->family, view->quotation);
    unsigned match =
        compare_fields(layout->tracked, packet, view) |
        (address_equal(target, sent->probe.target_address) ? MATCH_TARGET : 0) |
        (address_equal(ip_source(view->family, view->quotation), sent->source) ? MATCH_SOURCE : 0);
    bool to_us = address_equal(ip_destination(view->family, view->ip), sent->source);
    return (struct candidate){sent, match, judge(match, to_us, view->protocol == layout->protocol)};
}

/* Whether a quotation with the low half of the number of `sent` is one of an earlier probe, whose place in
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

/* The probe of the number that is quoted. Where the number is there twice, and the first does not lead to a
 * probe with this proof, the second is as likely to be the right one. */
static struct candidate find_by_number(const struct tracked *tracked, const struct tracked_layout *layout,
                                       const struct reply_view *view)
{
    struct candidate found = compare(tracked, view, tracked_find(tracked, quoted(view, layout->number)));

    if (found.match & MATCH_PROOF || !layout->same_number.size)
        return found;
    return compare(tracked, view, tracked_find(tracked, quoted(view, layout->same_number)));
}

/*
 * Or the last one that has the proof that is quoted, where all that the number leads to is a probe of another
 * proof: then it is the number that was changed.
 */
static struct candidate find_quoted(const struct tracked *tracked, const struct tracked_layout *layout,
                                    const struct reply_view *view)
{
    const unsigned both = MATCH_FLOW | MATCH_PROOF;
    struct candidate found = find_by_number(tracked, layout, view);
    uint16_t proof = quoted(view, layout->proof);

    if (found.match & MATCH_PROOF || (found.sent && is_of_earlier(tracked, found.sent, proof)))
        return found;

    uint16_t number = tracked->by_proof[proof];
    struct candidate other = compare(tracked, view, number ? tracked_find(tracked, number) : NULL);
    if ((other.match & both) != both)
        return found;
    other.origin = PROBE_REWRITTEN;
    return other;
}

/* An IPv4 header of less than five words does not say where the rest is. */
static bool has_header(const struct reply_view *view)
{
    const uint8_t *quotation = view->quotation;

    return quotation[0] >> 4 == (uint8_t)view->family &&
           (view->family == FAMILY_IPV6 || (quotation[0] & 0xf) * 4 >= IPV4_HEADER);
}

static enum decode_verdict recover(const struct tracked *tracked, const struct tracked_layout *layout,
                                   const struct reply_view *view, struct reply *out)
{
    if (!has_header(view))
        return DECODE_REJECT_FOREIGN;

    struct candidate found = find_quoted(tracked, layout, view);
    if (found.origin == PROBE_FOREIGN)
        return DECODE_REJECT_FOREIGN;
    if (!(found.match & MATCH_PROOF) && is_of_earlier(tracked, found.sent, quoted(view, layout->proof)))
        return DECODE_REJECT_FORGED;
    out->rewritten = found.origin == PROBE_REWRITTEN;
    out->sent = found.sent;
    out->quoted = (struct quoted_probe){.probe = found.sent->probe,
                                        .source = ip_source(view->family, view->quotation),
                                        .quoted_ttl = ip_ttl(view->family, view->quotation)};
    out->quoted.probe.target_address = ip_destination(view->family, view->quotation);
    return DECODE_ACCEPTED;
}

static enum probe_origin answers(const struct tracked *tracked, struct tracked_probe *sent,
                                 const struct answer_view *view)
{
    uint8_t packet[LAYOUT_LONGEST];

    if (!sent || address_family(sent->source) != view->family)
        return PROBE_FOREIGN;
    tracked_write(tracked, sent, packet);
    return tracked_layout_of(tracked, sent)
        ->tracked->answers(packet, tracked_size(tracked, sent), view->transport, view->end);
}

/* The size of the last probe: those of one run have the same. */
static unsigned usual_size(const struct tracked *tracked)
{
    const struct tracked_probe *last = tracked_find(tracked, (uint16_t)tracked->number);

    return last ? tracked_size(tracked, last) : 0;
}

/* The target's own answer. */
static enum decode_verdict decode_answer(const struct tracked *tracked, const struct layout *layout,
                                         const uint8_t *ip, const uint8_t *end, struct reply *out)
{
    struct answer_view view;
    struct tracked_answer answer;

    if (!layout->tracked->answer || !reply_find_answer(layout->family, ip, end, layout->protocol, &view) ||
        !layout->tracked->answer(view.transport, view.end, usual_size(tracked), &answer))
        return DECODE_REJECT_NOT_A_REPLY;
    out->kind = answer.kind;
    out->sent = tracked_find(tracked, answer.number);

    enum probe_origin origin = answers(tracked, out->sent, &view);
    if (origin == PROBE_FOREIGN) {
        out->sent = tracked_find(tracked, answer.other_number);
        origin = answers(tracked, out->sent, &view);
    }
    if (origin != PROBE_OURS)
        return origin == PROBE_FORGED ? DECODE_REJECT_FORGED : DECODE_REJECT_FOREIGN;
    out->quoted.probe = out->sent->probe;
    out->quoted.source = ip_destination(view.family, ip);
    return reply_read_answer(&view, out);
}

enum decode_verdict tracked_decode(const struct tracked *tracked, const uint8_t *ip, size_t length,
                                   struct reply *out)
{
    enum address_family family = length && ip[0] >> 4 == 4 ? FAMILY_IPV4 : FAMILY_IPV6;
    const struct layout *layout = layout_of_family(&tracked->layouts, family)->layout;
    struct reply_view view = {0};

    *out = (struct reply){0};
    if (!layout || !layout->tracked)
        return DECODE_REJECT_NOT_A_REPLY;

    enum reply_class class = reply_parse_ip(family, ip, ip + length, &view);
    if (class == REPLY_TRUNCATED)
        return DECODE_REJECT_TRUNCATED;
    if (class == REPLY_NOT)
        return decode_answer(tracked, layout, ip, ip + length, out);

    enum decode_verdict verdict = recover(tracked, layout->tracked, &view, out);
    return verdict == DECODE_ACCEPTED ? reply_read_error(&view, ip + length, out) : verdict;
}
