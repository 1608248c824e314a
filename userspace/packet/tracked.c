// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/tracked.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "packet/reply_read.h"
#include "packet/tracked_protocol.h"
#include "reply_parse.h"

enum {
    PROOF = 0x70726f6f, /* keeps the two kinds of tags apart */
    /* How many probes that had the number's low half before are told from a rewritten one. */
    GENERATIONS = 4,
};

struct tracked *tracked_create(const struct tracked_config *config)
{
    struct tracked *tracked = calloc(1, sizeof(*tracked));

    if (!tracked)
        return NULL;
    *tracked = (struct tracked){
        .key = config->key,
        .protocol = config->protocol,
        .port = config->port ? config->port : config->protocol->usual_port,
        .tos = config->tos,
        .dont_fragment = config->dont_fragment,
        .probes = calloc(TRACKED_PROBES, sizeof(*tracked->probes)),
        .by_proof = calloc(UINT16_MAX + 1, sizeof(*tracked->by_proof)),
    };
    memcpy(tracked->sources, config->sources, config->source_count * sizeof(config->sources[0]));
    if (!tracked->probes || !tracked->by_proof) {
        tracked_free(tracked);
        return NULL;
    }
    return tracked;
}

void tracked_free(struct tracked *tracked)
{
    if (!tracked)
        return;
    free(tracked->by_proof);
    free(tracked->probes);
    free(tracked);
}

uint8_t tracked_number_of(const struct tracked_protocol *protocol)
{
    return protocol->protocol;
}

unsigned tracked_shortest(const struct tracked_protocol *protocol)
{
    return IPV4_HEADER + protocol->header;
}

unsigned tracked_with_data(const struct tracked_protocol *protocol, unsigned data)
{
    return data ? IPV4_HEADER + protocol->longest_header + data : tracked_shortest(protocol);
}

unsigned tracked_length(const struct tracked *tracked, const struct probe *probe)
{
    unsigned shortest = tracked_shortest(tracked->protocol);

    return probe->size > shortest ? probe->size : shortest;
}

unsigned tracked_max_flow(const struct tracked *tracked)
{
    /* UDP's flows are ports, which end. */
    unsigned room = tracked->protocol == &tracked_udp ? 0xffffU - tracked->port : tracked->protocol->max_flow;

    return room < tracked->protocol->max_flow ? room : tracked->protocol->max_flow;
}

struct tracked_probe *tracked_find(struct tracked *tracked, uint16_t number)
{
    struct tracked_probe *sent = &tracked->probes[number % TRACKED_PROBES];

    return sent->number ? sent : NULL;
}

uint16_t tracked_flow_tag(const struct tracked *tracked, const struct tracked_probe *sent, uint16_t flow)
{
    struct siphash_state state = siphash_start(tracked->key);

    siphash_absorb(&state, address_ipv4(sent->source) | (uint64_t)tracked->protocol->protocol << 32);
    return (uint16_t)siphash_finish(state, address_ipv4(sent->probe.target_address) | (uint64_t)flow << 32,
                                    14);
}

/* Never 0: as a UDP checksum that would mean that there is none (RFC 768), as an IP ID the kernel would fill
 * it in. */
static uint16_t proof_of(const struct tracked *tracked, uint32_t number)
{
    uint16_t proof = (uint16_t)siphash_u64(tracked->key, number | (uint64_t)PROOF << 32);

    return proof ? proof : 1;
}

uint16_t tracked_proof(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return proof_of(tracked, sent->number);
}

/* The number whose low half is 0 is left out: an IP ID of 0 would be filled in by the kernel (raw(7)). */
static struct tracked_probe *enter(struct tracked *tracked, const struct probe *p, uint64_t now_ns)
{
    tracked->number += (uint16_t)(tracked->number + 1) ? 1 : 2;

    struct tracked_probe *sent = &tracked->probes[tracked->number % TRACKED_PROBES];
    *sent = (struct tracked_probe){
        .probe = *p,
        .source = tracked->sources[p->lane],
        .number = tracked->number,
        .sent_ns = now_ns,
    };
    if (tracked_length(tracked, p) >= tracked_shortest(tracked->protocol) + tracked->protocol->proof_room)
        tracked->by_proof[proof_of(tracked, tracked->number)] = (uint16_t)tracked->number;
    return sent;
}

static void write_ipv4(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                       unsigned length)
{
    uint16_t id = tracked->protocol->proof_in_id ? tracked_proof(tracked, sent) : (uint16_t)sent->number;
    uint32_t sum = 0;

    ip[0] = IPV4_FIRST_BYTE;
    ip[1] = tracked->tos;
    store_be16(ip + 2, (uint16_t)length);
    store_be16(ip + 4, id);
    store_be16(ip + 6, tracked->dont_fragment ? IPV4_DONT_FRAGMENT : 0);
    ip[8] = sent->probe.ttl;
    ip[9] = tracked->protocol->protocol;
    store_be16(ip + 10, 0);
    store_be32(ip + 12, address_ipv4(sent->source));
    store_be32(ip + 16, address_ipv4(sent->probe.target_address));
    for (int i = 0; i < IPV4_HEADER; i += 2)
        sum += load_be16(ip + i);
    store_be16(ip + 10, checksum_finish(sum));
}

unsigned tracked_craft(struct tracked *tracked, const struct probe *p, uint64_t now_ns, uint8_t *packet)
{
    unsigned length = tracked_length(tracked, p);
    const struct tracked_probe *sent = enter(tracked, p, now_ns);

    write_ipv4(tracked, sent, packet, length);
    tracked->protocol->write(tracked, sent, packet, length);
    return length;
}

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

static struct candidate compare(const struct tracked *tracked, const struct reply_view *view,
                                struct tracked_probe *sent)
{
    const uint8_t *quotation = view->quotation;

    if (!sent)
        return (struct candidate){.origin = PROBE_FOREIGN};

    unsigned match =
        tracked->protocol->match(tracked, sent, view) |
        (load_be32(quotation + 16) == address_ipv4(sent->probe.target_address) ? MATCH_TARGET : 0) |
        (load_be32(quotation + 12) == address_ipv4(sent->source) ? MATCH_SOURCE : 0);
    bool to_us = load_be32(view->ip + 16) == address_ipv4(sent->source);
    bool of_protocol = quotation[9] == tracked->protocol->protocol;
    return (struct candidate){sent, match, judge(match, to_us, of_protocol)};
}

/* Whether a quotation with the low half of the number of `sent` is one of an earlier probe, whose place in
 * the table `sent` has taken. */
static bool is_of_earlier(const struct tracked *tracked, const struct tracked_probe *sent, uint16_t proof)
{
    uint32_t number = sent->number;

    for (int i = 0; i < GENERATIONS && number > TRACKED_PROBES; i++) {
        number -= TRACKED_PROBES;
        if (proof_of(tracked, number) == proof)
            return true;
    }
    return false;
}

/*
 * The probe of the number that is quoted; or the last one that has the proof that is quoted, where all that
 * the number leads to is a probe of another proof: then it is the number that was changed.
 */
static struct candidate find_quoted(struct tracked *tracked, const struct reply_view *view)
{
    const unsigned both = MATCH_FLOW | MATCH_PROOF;
    struct candidate found =
        compare(tracked, view, tracked_find(tracked, tracked->protocol->number(tracked, view)));

    uint16_t proof = tracked->protocol->proof(view);

    if (found.match & MATCH_PROOF || (found.sent && is_of_earlier(tracked, found.sent, proof)))
        return found;

    uint16_t number = tracked->by_proof[proof];
    struct candidate other = compare(tracked, view, number ? tracked_find(tracked, number) : NULL);
    if ((other.match & both) != both)
        return found;
    other.origin = PROBE_REWRITTEN;
    return other;
}

/* A header of less than five words does not say where the rest is. */
static bool has_ipv4_header(const uint8_t *quotation)
{
    return quotation[0] >> 4 == 4 && (quotation[0] & 0xf) * 4 >= IPV4_HEADER;
}

static enum decode_verdict recover(struct tracked *tracked, const struct reply_view *view, struct reply *out)
{
    const uint8_t *quotation = view->quotation;

    if (!has_ipv4_header(quotation))
        return DECODE_REJECT_FOREIGN;

    struct candidate found = find_quoted(tracked, view);
    if (found.origin == PROBE_FOREIGN)
        return DECODE_REJECT_FOREIGN;
    if (!(found.match & MATCH_PROOF) && is_of_earlier(tracked, found.sent, tracked->protocol->proof(view)))
        return DECODE_REJECT_FORGED;
    out->rewritten = found.origin == PROBE_REWRITTEN;
    out->sent = found.sent;
    out->quoted = (struct quoted_probe){.probe = found.sent->probe,
                                        .source = address_of_ipv4(load_be32(quotation + 12)),
                                        .quoted_ttl = quotation[8]};
    out->quoted.probe.target_address = address_of_ipv4(load_be32(quotation + 16));
    return DECODE_ACCEPTED;
}

size_t tracked_packet_length(const uint8_t *ip, size_t captured)
{
    size_t total = load_be16(ip + 2);

    return total < captured ? total : captured;
}

/* The target's own answer. */
static enum decode_verdict decode_answer(struct tracked *tracked, const uint8_t *ip, size_t length,
                                         struct reply *out)
{
    if (length < IPV4_HEADER || ip[0] >> 4 != 4 || (load_be16(ip + 6) & 0x1fff) || !tracked->protocol->answer)
        return DECODE_REJECT_NOT_A_REPLY;

    size_t header = (size_t)(ip[0] & 0xf) * 4;
    size_t packet = tracked_packet_length(ip, length);
    if (header < IPV4_HEADER || packet < header || ip[9] != tracked->protocol->protocol)
        return DECODE_REJECT_NOT_A_REPLY;

    enum decode_verdict verdict = tracked->protocol->answer(tracked, ip, header, packet, out);
    if (verdict != DECODE_ACCEPTED)
        return verdict;
    out->solicited = true;
    out->responder = address_of_ipv4(load_be32(ip + 12));
    out->reply_ttl = ip[8];
    out->truncated = packet < load_be16(ip + 2) || (load_be16(ip + 6) & IPV4_MORE_FRAGMENTS);
    out->quoted.probe = out->sent->probe;
    out->quoted.source = address_of_ipv4(load_be32(ip + 16));
    out->facts = reply_facts_of_answer(FAMILY_IPV4, ip[IPV4_PROTOCOL], ip, ip + header);
    return DECODE_ACCEPTED;
}

enum decode_verdict tracked_decode_ipv4(struct tracked *tracked, const uint8_t *ip, size_t length,
                                        struct reply *out)
{
    struct reply_view view = {0};
    enum reply_class class = reply_parse_ip(FAMILY_IPV4, ip, ip + length, &view);

    *out = (struct reply){0};
    if (class == REPLY_TRUNCATED)
        return DECODE_REJECT_TRUNCATED;
    if (class == REPLY_NOT)
        return decode_answer(tracked, ip, length, out);

    enum decode_verdict verdict = recover(tracked, &view, out);
    return verdict == DECODE_ACCEPTED ? reply_read_error(&view, ip + length, out) : verdict;
}
