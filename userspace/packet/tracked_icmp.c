// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Echo Requests as probes of packet/tracked.h (RFC 792). Routers that balance ICMP hash its first four bytes,
 * checksum included, so that is constant for a flow; the first word of the data makes it true. The identifier
 * is constant for all probes, since NATs take it for a port. The second word of the data is the proof: a
 * reply returns it, which has another IP ID.
 *
 * Probes may be too small for these words. Without the first it is the identifier that makes the checksum
 * true; without the second a reply has 16 bits that cannot be guessed, those of the checksum.
 */
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "packet/sum.h"
#include "packet/tracked_protocol.h"
#include "reply_parse.h"

enum {
    COMPENSATION = ICMP_HEADER, /* where it is in the message */
    PROOF = ICMP_HEADER + 2,
    IDENTIFIER = 0x6964,
};

/* How many bytes of data a probe has. */
static unsigned data_length(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return tracked_length(tracked, &sent->probe) - IPV4_HEADER - ICMP_HEADER;
}

static bool compensates(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return data_length(tracked, sent) >= PROOF - ICMP_HEADER;
}

static bool proves(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return data_length(tracked, sent) >= PROOF + 2 - ICMP_HEADER;
}

/* Neither of the two forms of zero, nor what becomes one in the reply: some devices
 * write one for the other. */
static uint16_t checksum(const struct tracked *tracked, const struct tracked_probe *sent)
{
    uint16_t tag = tracked_flow_tag(tracked, sent, sent->probe.flow);

    return tag == 0 || tag == 0xffff || tag == 0xffff - (ICMP_ECHO_REQUEST << 8) ? 1 : tag;
}

/* What the words of a probe add up to, but for the identifier and the word that makes the checksum true. */
static uint32_t sum_of(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (ICMP_ECHO_REQUEST << 8) + checksum(tracked, sent) + (uint16_t)sent->number +
           (proves(tracked, sent) ? tracked_proof(tracked, sent) : 0U);
}

static uint16_t identifier(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return compensates(tracked, sent) ? (uint16_t)siphash_u64(tracked->key, IDENTIFIER)
                                      : checksum_finish(sum_of(tracked, sent));
}

static void write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                  unsigned length)
{
    uint8_t *icmp = ip + IPV4_HEADER;
    uint32_t sum = sum_of(tracked, sent) + identifier(tracked, sent);
    unsigned data = length - IPV4_HEADER - ICMP_HEADER;

    store_be16(icmp, ICMP_ECHO_REQUEST << 8);
    store_be16(icmp + 2, checksum(tracked, sent));
    store_be16(icmp + 4, identifier(tracked, sent));
    store_be16(icmp + 6, (uint16_t)sent->number);
    /* A byte that holds no whole word must be zero, whatever an earlier probe left there. */
    memset(icmp + ICMP_HEADER, 0, data < 4 ? data : 4);
    if (compensates(tracked, sent))
        store_be16(icmp + COMPENSATION, checksum_finish(sum));
    if (proves(tracked, sent))
        store_be16(icmp + PROOF, tracked_proof(tracked, sent));
}

static uint16_t number(struct tracked *tracked, const struct reply_view *view)
{
    (void)tracked;
    return load_be16(view->transport + 6);
}

static uint16_t proof(const struct reply_view *view)
{
    return load_be16(view->quotation + 4);
}

static unsigned match(const struct tracked *tracked, const struct tracked_probe *sent,
                      const struct reply_view *view)
{
    const uint8_t *icmp = view->transport;

    return (load_be16(icmp + 2) == checksum(tracked, sent) ? MATCH_FLOW : 0) |
           (icmp[0] == ICMP_ECHO_REQUEST && load_be16(icmp + 4) == identifier(tracked, sent) ? MATCH_PORT
                                                                                             : 0) |
           (proof(view) == tracked_proof(tracked, sent) ? MATCH_PROOF : 0);
}

/* The checksum that a request's data and numbers have in the reply (RFC 1624, equation 3). */
static uint16_t checksum_of_reply(uint16_t request)
{
    return checksum_finish((uint32_t)(uint16_t)~request + (uint16_t) ~(ICMP_ECHO_REQUEST << 8));
}

static enum decode_verdict answer(struct tracked *tracked, const uint8_t *ip, size_t header, size_t length,
                                  struct reply *out)
{
    const uint8_t *icmp = ip + header;

    if (length < header + ICMP_HEADER || load_be16(icmp) != ICMP_ECHO_REPLY << 8)
        return DECODE_REJECT_NOT_A_REPLY;

    struct tracked_probe *sent = tracked_find(tracked, load_be16(icmp + 6));
    if (!sent || load_be16(icmp + 4) != identifier(tracked, sent))
        return DECODE_REJECT_FOREIGN;
    if (proves(tracked, sent) && length < header + PROOF + 2)
        return DECODE_REJECT_NOT_A_REPLY;
    /* The first of several fragments holds a part of the message, which cannot be checked. */
    bool whole = length == load_be16(ip + 2) && !(load_be16(ip + 6) & IPV4_MORE_FRAGMENTS);
    if (whole && !sum_valid(icmp, length - header))
        return DECODE_REJECT_ICMP_CHECKSUM;
    if (load_be16(icmp + 2) != checksum_of_reply(checksum(tracked, sent)) ||
        (proves(tracked, sent) && load_be16(icmp + PROOF) != tracked_proof(tracked, sent)))
        return DECODE_REJECT_FORGED;
    out->sent = sent;
    out->kind = REPLY_ECHO;
    out->icmp_type = ICMP_ECHO_REPLY;
    return DECODE_ACCEPTED;
}

const struct tracked_protocol tracked_icmp = {
    .protocol = PROTOCOL_ICMP,
    .header = ICMP_HEADER,
    .longest_header = ICMP_HEADER,
    .max_flow = 0xffff,
    .proof_in_id = true,
    .write = write,
    .number = number,
    .proof = proof,
    .match = match,
    .answer = answer,
};
