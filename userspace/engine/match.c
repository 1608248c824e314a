// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/match.h"

#include <string.h>

#include "base/enum_table.h"
#include "packet/tracked.h"
#include "target/path.h"

enum {
    EARLY_NS = 20000, /* the most that two readings of a clock may differ on a busy machine (clock_pair()) */
};

_Static_assert(QUOTED_TOS_UNKNOWN == RECORD_NO_TOS, "what is not quoted is unknown");
_Static_assert((int)LABELS_MAX == (int)RECORD_MAX_LABELS, "a record holds every label that is decoded");
_Static_assert((int)EXTENSION_OBJECTS_MAX == (int)RECORD_EXTENSION_SIZE, "and, without labels, every object");

/*
 * Returns the time since the probe was sent, of which the wire carries 24 bits, or RECORD_NO_RTT. A send time
 * may be up to 1 µs after its clock reading (include/layout.h), so the smallest differences may be negative.
 * Larger negative ones come from another clock, or from a thread that was late. A send time before the start
 * of the survey or after its end is wrong.
 */
static uint32_t round_trip_us(const struct matcher *matcher, uint32_t sent_at, uint64_t received_ns)
{
    uint64_t received_us = received_ns / NS_PER_US;
    uint32_t difference = ((uint32_t)received_us - sent_at) & PROBE_TIME_MASK;
    int64_t sent_ns = (int64_t)((received_us - difference) * NS_PER_US);

    if (difference >= PROBE_TIME_MASK - 1)
        return 0;
    if (difference > MATCH_LONGEST_US || sent_ns - (int64_t)matcher->clock.monotonic_ns < -(int64_t)NS_PER_MS)
        return RECORD_NO_RTT;
    if (matcher->ended_ns && sent_ns - (int64_t)matcher->ended_ns > (int64_t)NS_PER_MS)
        return RECORD_NO_RTT;
    return difference;
}

static const uint8_t flags_of_kind[] = {
    [REPLY_ICMP_ERROR] = 0,
    [REPLY_ECHO] = 0,
    [REPLY_TCP_SYN_ACK] = RECORD_SYN_ACK,
    [REPLY_TCP_RST] = RECORD_RST,
};

ENUM_TABLE(flags_of_kind, REPLY_KINDS);

/* Labels first; other objects use the space that is left. */
static void fill_extensions(const struct reply *reply, struct record *out)
{
    size_t labels = reply->labels.count * sizeof(out->labels[0]);
    size_t room = sizeof(out->extension) - labels;

    memcpy(out->labels, reply->labels.labels, labels);
    if (reply->objects.length == 0 && !reply->objects.cut)
        return;
    out->objects_length = (uint8_t)(reply->objects.length < room ? reply->objects.length : room);
    memcpy(out->extension + labels, reply->objects.bytes, out->objects_length);
    if (reply->objects.cut || reply->objects.length > room)
        out->flags |= RECORD_EXTENSIONS_CUT;
}

static void fill_record(const struct matcher *matcher, const struct reply *reply, uint64_t received_ns,
                        struct record *out)
{
    const struct reply_facts *facts = &reply->facts;

    *out = (struct record){
        .time_us = clock_to_realtime_ns(&matcher->clock, received_ns) / NS_PER_US,
        .responder = reply->responder,
        .target_address = reply->quoted.probe.target_address,
        .rtt_us = RECORD_NO_RTT,
        .flow = reply->quoted.probe.flow,
        .probe_ttl = reply->quoted.probe.ttl,
        .quoted_ttl = reply->quoted.quoted_ttl,
        .reply_ttl = reply->reply_ttl,
        .icmp_type = reply->icmp_type,
        .icmp_code = reply->icmp_code,
        .next_hop_mtu = reply->next_hop_mtu,
        .source = facts->source,
        .protocol = facts->protocol,
        .src_port = facts->src_port,
        .dst_port = facts->dst_port,
        .probe_size = facts->probe_size,
        .reply_size = facts->reply_size,
        .reply_ip_id = facts->reply_ip_id,
        .reply_tos = facts->reply_tos,
        .quoted_tos = facts->quoted_tos,
        .shard = matcher->shard,
        .label_count = reply->labels.count,
        .flags =
            (uint16_t)((reply->truncated ? RECORD_TRUNCATED : 0) | (reply->labels.cut ? RECORD_MPLS_CUT : 0) |
                       (reply->rewritten ? RECORD_REWRITTEN : 0) | flags_of_kind[reply->kind]),
    };
    fill_extensions(reply, out);
}

/* Any tag that a middlebox left intact covers the flow; a target address that it left intact is one of the
 * survey's. */
static bool in_survey(const struct matcher *matcher, const struct reply *reply, uint64_t *target)
{
    const struct probe *probe = &reply->quoted.probe;

    return probe->ttl >= matcher->min_ttl && probe->ttl <= matcher->max_ttl && probe->flow < matcher->flows &&
           (reply->target_lost ||
            targets_find_flow(matcher->targets, probe->target_address, probe->flow, target));
}

enum decode_verdict match_find(const struct matcher *matcher, const struct reply *reply,
                               struct match_place *place)
{
    const struct probe *probe = &reply->quoted.probe;

    *place = (struct match_place){0};
    if (reply->sent)
        place->target = reply->sent->probe.owner;
    else if (matcher->targets && !in_survey(matcher, reply, &place->target))
        return DECODE_REJECT_OUT_OF_SURVEY;
    place->path = path_of(place->target, probe->flow, matcher->flows);
    if (matcher->answered && !reply->sent && !reply->target_lost)
        answered_prefetch(matcher->answered, place->path, probe->ttl, place->target);
    return DECODE_ACCEPTED;
}

/* Different parts of the kernel read the clocks of sending and arrival, so the smallest differences may be
 * negative. Larger negative ones mean that a clock was set meanwhile. */
static uint32_t tracked_round_trip_us(uint64_t sent_ns, uint64_t arrived_ns)
{
    if (arrived_ns < sent_ns)
        return sent_ns - arrived_ns <= EARLY_NS ? 0 : RECORD_NO_RTT;

    uint64_t took_us = (arrived_ns - sent_ns) / NS_PER_US;
    return took_us < RECORD_NO_RTT ? (uint32_t)took_us : RECORD_NO_RTT;
}

static void set_rtt(const struct matcher *matcher, struct record *record, uint32_t rtt_us)
{
    record->rtt_us = rtt_us;
    if (record_has_rtt(record) && rtt_us > matcher->late_after_us)
        record->flags |= RECORD_LATE;
}

/* Uses the table of probes for what a NAT may have changed. */
static void fill_tracked(const struct matcher *matcher, const struct reply *reply, struct match *out)
{
    struct tracked_probe *sent = reply->sent;

    out->from_target =
        reply->kind != REPLY_ICMP_ERROR || address_equal(reply->responder, sent->probe.target_address);
    set_rtt(matcher, &out->record, tracked_round_trip_us(sent->sent_ns, out->arrived_ns));
    if (matcher->round_probes)
        out->record.round = (uint16_t)(sent->probe.query / matcher->round_probes);
    if (matcher->sized && out->record.probe_size == RECORD_NO_SIZE)
        out->record.probe_size = sent->probe.size;
}

/* Of the answers to a tracked probe, the last place is reserved for one that certainly belongs to it. */
static enum answer_rank rank_tracked(const struct matcher *matcher, struct tracked_probe *sent,
                                     bool rewritten)
{
    unsigned most = matcher->tracked_answers ? matcher->tracked_answers : ANSWERS_MOST;

    if (sent->answers == most - (rewritten && !sent->certain))
        return ANSWER_TOO_MANY;
    sent->certain |= !rewritten;
    return sent->answers++ ? ANSWER_AGAIN : ANSWER_FIRST;
}

/* For a rewritten probe the send time is not proven, sometimes not even the target: all of them share an
 * allowance. */
static enum answer_rank rank_rewritten(const struct matcher *matcher, const struct reply *reply,
                                       uint64_t path)
{
    struct answered *answered = matcher->answered;

    if (!reply->target_lost &&
        answered_mark_rewritten(answered, path, reply->quoted.probe.ttl) == ANSWER_TOO_MANY)
        return ANSWER_TOO_MANY;
    return allowance_take_rewritten(matcher->allowance, answered_tells_duplicates(answered))
               ? ANSWER_AGAIN
               : ANSWER_TOO_MANY;
}

/* In a survey without words for all paths, the total of records is limited, too. */
static enum answer_rank rank_certain(const struct matcher *matcher, uint64_t path, unsigned ttl)
{
    bool first_known = answered_tells_duplicates(matcher->answered);
    enum answer_rank rank = answered_mark(matcher->answered, path, ttl);

    if (rank == ANSWER_TOO_MANY || (rank == ANSWER_FIRST && first_known))
        return rank;
    return allowance_take_further(matcher->allowance, first_known) ? rank : ANSWER_TOO_MANY;
}

static enum answer_rank rank(const struct matcher *matcher, const struct reply *reply, uint64_t path)
{
    if (reply->sent)
        return rank_tracked(matcher, reply->sent, reply->rewritten);
    if (!matcher->answered)
        return reply->rewritten ? ANSWER_AGAIN : ANSWER_FIRST;
    return reply->rewritten ? rank_rewritten(matcher, reply, path)
                            : rank_certain(matcher, path, reply->quoted.probe.ttl);
}

uint32_t match_rtt_us(const struct matcher *matcher, const struct reply *reply, uint64_t received_ns)
{
    return reply_tells_time(reply) ? round_trip_us(matcher, reply->quoted.sent_at, received_ns)
                                   : RECORD_NO_RTT;
}

/* For a survey, the quotation is the only information about the probe. */
static void fill_survey(const struct matcher *matcher, const struct reply *reply, struct match *out)
{
    if (reply->rewritten)
        return;
    set_rtt(matcher, &out->record, match_rtt_us(matcher, reply, out->arrived_ns));
    out->from_target = reply->kind != REPLY_ICMP_ERROR ||
                       address_equal(reply->responder, reply->quoted.probe.target_address);
    out->first_reach = out->first && record_reaches(&out->record) &&
                       !(matcher->answered && answered_reach(matcher->answered, out->target));
}

enum decode_verdict match_fill(const struct matcher *matcher, const struct reply *reply,
                               const struct match_place *place, uint64_t received_ns, bool stamped,
                               struct match *out)
{
    enum answer_rank ranked = rank(matcher, reply, place->path);

    if (ranked == ANSWER_TOO_MANY)
        return DECODE_EXCESS;
    out->first = ranked == ANSWER_FIRST;
    out->first_reach = false;
    out->target = place->target;
    out->arrived_ns = received_ns;
    out->from_target = false;
    fill_record(matcher, reply, received_ns, &out->record);
    if (!stamped)
        out->record.flags |= RECORD_NO_RX_TIME;
    if (ranked == ANSWER_AGAIN && (reply->sent || !reply->rewritten))
        out->record.flags |= RECORD_DUPLICATE;
    if (reply->sent)
        fill_tracked(matcher, reply, out);
    else
        fill_survey(matcher, reply, out);
    return DECODE_ACCEPTED;
}

struct answer match_answer(const struct match *match, const struct reply *reply)
{
    struct answer answer = answer_of(&match->record);

    answer.target = match->target;
    answer.arrived_ns = match->arrived_ns;
    answer.from_target = match->from_target;
    answer.solicited = reply->solicited;
    answer.query = reply->sent ? reply->sent->probe.query : 0;
    answer.copied_ip_id = reply->copied_ip_id;
    return answer;
}

enum decode_verdict match_reply(const struct matcher *matcher, const struct reply *reply,
                                uint64_t received_ns, bool stamped, struct match *out)
{
    struct match_place place;
    enum decode_verdict verdict = match_find(matcher, reply, &place);

    return verdict == DECODE_ACCEPTED ? match_fill(matcher, reply, &place, received_ns, stamped, out)
                                      : verdict;
}
