// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/receiver.h"

#include "knowledge/graph_record.h"
#include "output/ledger.h"
#include "reply_parse.h"

/* A reply while its batch is worked on. */
struct arrival {
    struct reply reply;
    enum decode_verdict verdict; /* so far */
    bool stamped;
    uint64_t received_ns;
    struct match_place place;
};

static void count_flags(struct receiver_counters *counters, uint16_t flags)
{
    if (!flags)
        return;
    counter_add(&counters->duplicate, !!(flags & RECORD_DUPLICATE));
    counter_add(&counters->late, !!(flags & RECORD_LATE));
    counter_add(&counters->truncated, !!(flags & RECORD_TRUNCATED));
    counter_add(&counters->rewritten, !!(flags & RECORD_REWRITTEN));
}

static void tell_strategy(struct receiver *receiver, const struct match *match, const struct reply *reply)
{
    if (!receiver->listener && !receiver->answers)
        return;

    struct answer answer = match_answer(match, reply);
    if (receiver->listener)
        receiver->listener->ops->reply(receiver->listener, &answer);
    else
        answer_rings_push(receiver->answers, receiver->producer, &answer);
}

static void decode(const struct receiver *receiver, const struct received_frame *frame, uint64_t now_ns,
                   struct arrival *out)
{
    out->stamped = frame->received_ns != 0;
    out->received_ns = out->stamped ? frame->received_ns : now_ns;
    if (receiver->given)
        out->verdict =
            given_decode(receiver->given, frame->data, frame->length, out->received_ns, &out->reply);
    else if (receiver->tracked)
        out->verdict = tracked_decode(receiver->tracked, frame->data, frame->length, &out->reply);
    else
        out->verdict = reply_decode_ethernet(&receiver->layouts, frame->data, frame->length, &out->reply);
}

static void find(const struct receiver *receiver, struct arrival *arrival)
{
    const struct reply *reply = &arrival->reply;

    if (arrival->verdict != DECODE_ACCEPTED)
        return;
    arrival->verdict = match_find(receiver->matcher, reply, &arrival->place);
    if (arrival->verdict == DECODE_ACCEPTED && !reply->rewritten && receiver->graph)
        graph_prefetch(receiver->graph, arrival->place.path, reply->quoted.probe.ttl, reply->responder);
}

static void take(struct receiver *receiver, struct arrival *arrival)
{
    const struct reply *reply = &arrival->reply;
    struct match match;
    const struct record *record = &match.record;

    if (arrival->verdict == DECODE_ACCEPTED)
        arrival->verdict = match_fill(receiver->matcher, reply, &arrival->place, arrival->received_ns,
                                      arrival->stamped, &match);
    counter_add(&receiver->counters.verdicts[arrival->verdict], 1);
    if (arrival->verdict != DECODE_ACCEPTED)
        return;

    count_flags(&receiver->counters, record->flags);
    if (receiver->writer)
        writer_push(receiver->writer, receiver->producer, record);
    if (reply->rewritten && !reply->sent)
        return; /* it is unknown which target that was meant for */
    counter_add(&receiver->counters.reached, match.first_reach);
    if (match.first && record->probe_ttl <= PROBE_MAX_TTL)
        counter_add(&receiver->counters.answered[record->probe_ttl], 1);
    if (match.first && record_has_rtt(record))
        histogram_add(&receiver->counters.rtt_us, record->rtt_us);
    if (match.first && receiver->graph)
        graph_add_record(receiver->graph, arrival->place.path, record);
    tell_strategy(receiver, &match, reply);
}

static const char *reason_of(enum decode_verdict verdict)
{
    if (verdict == DECODE_ACCEPTED)
        return NULL;
    return verdict < DECODE_REJECTIONS ? decode_rejection_names[verdict] : "excess";
}

/* Captures from the IP header on: before it, the filter has overwritten bytes with the time. */
static void capture(const struct receiver *receiver, uint16_t interface, const struct received_frame *frame,
                    const struct arrival *arrival)
{
    const uint8_t *end = frame->data + frame->length;
    enum address_family family;
    const uint8_t *ip = reply_find_ip(frame->data, end, &family);
    const struct capture_entry entry = {
        .received_ns = arrival->received_ns,
        .interface = interface,
        .reason = reason_of(arrival->verdict),
        .ip = ip ? ip : end,
        .length = ip ? (uint32_t)(end - ip) : 0,
        .original = ip ? (uint32_t)(end - ip) : 0,
    };

    capture_writer_push(receiver->capture, receiver->producer, &entry);
}

/* With a capture, frames are released only after it is known what became of them. */
static size_t serve(struct receiver *receiver, unsigned which, uint64_t now_ns)
{
    struct source *source = receiver->sources[which];
    struct received_frame frames[SOURCE_BATCH];
    struct arrival arrivals[SOURCE_BATCH];
    size_t count = source->ops->receive(source, frames);

    for (size_t i = 0; i < count; i++) {
        received_frame_prefetch(frames, i, count);
        decode(receiver, &frames[i], now_ns, &arrivals[i]);
    }
    if (!receiver->capture)
        source->ops->release(source, count);
    for (size_t i = 0; i < count; i++)
        find(receiver, &arrivals[i]);
    for (size_t i = 0; i < count; i++)
        take(receiver, &arrivals[i]);
    if (receiver->capture) {
        for (size_t i = 0; i < count; i++)
            capture(receiver, receiver->interfaces[which], &frames[i], &arrivals[i]);
        source->ops->release(source, count);
    }
    if (receiver->graph)
        graph_settle(receiver->graph);
    return count;
}

size_t receiver_step(struct receiver *receiver, uint64_t now_ns)
{
    size_t count = 0;

    for (unsigned i = 0; i < receiver->source_count; i++)
        count += serve(receiver, i, now_ns);
    return count;
}
