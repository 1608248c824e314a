// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/receiver.h"

#include "reply_parse.h"

static void count_flags(struct receiver_counters *counters, uint8_t flags)
{
    if (!flags)
        return;
    counter_add(&counters->duplicate, !!(flags & RECORD_DUPLICATE));
    counter_add(&counters->late, !!(flags & RECORD_LATE));
    counter_add(&counters->truncated, !!(flags & RECORD_TRUNCATED));
    counter_add(&counters->rewritten, !!(flags & RECORD_REWRITTEN));
}

/* A Destination Unreachable from elsewhere than the target says nothing about which hop its sender is. */
static void add_to_graph(struct receiver *receiver, const struct match *match)
{
    const struct record *record = &match->record;
    uint64_t path = match->target * receiver->matcher->flows + record->flow;

    if (record->icmp_type == ICMP_TIME_EXCEEDED_TYPE)
        graph_add(receiver->graph, path, record->probe_ttl, record->responder, HOP_INTERFACE);
    else if (match->from_target)
        graph_add(receiver->graph, path, record->probe_ttl, record->responder, HOP_TARGET);
}

static void tell_strategies(struct receiver *receiver, uint64_t target, const struct reply *reply)
{
    for (unsigned i = 0; i < receiver->strategy_count; i++) {
        struct strategy *strategy = receiver->strategies[i];

        if (strategy->ops->reply)
            strategy->ops->reply(strategy, target, reply);
    }
}

void receiver_take(struct receiver *receiver, enum decode_verdict verdict, const struct reply *reply,
                   uint64_t received_ns, bool stamped)
{
    struct match match;

    if (verdict == DECODE_ACCEPTED)
        verdict = match_reply(receiver->matcher, reply, received_ns, stamped, &match);
    counter_add(&receiver->counters.verdicts[verdict], 1);
    if (verdict != DECODE_ACCEPTED)
        return;

    count_flags(&receiver->counters, match.record.flags);
    writer_push(receiver->writer, receiver->producer, &match.record);
    if (reply->rewritten)
        return;
    counter_add(&receiver->counters.reached, match.first_reach);
    histogram_add(&receiver->counters.rtt_us, match.record.rtt_us);
    if (receiver->graph)
        add_to_graph(receiver, &match);
    tell_strategies(receiver, match.target, reply);
}

static size_t serve(struct receiver *receiver, struct source *source, uint64_t now_ns)
{
    struct received_frame frames[SOURCE_BATCH];
    size_t count = source->ops->receive(source, frames);

    for (size_t i = 0; i < count; i++) {
        const struct received_frame *frame = &frames[i];
        struct reply reply;
        enum decode_verdict verdict =
            reply_decode_ethernet(receiver->key, frame->data, frame->length, &reply);

        receiver_take(receiver, verdict, &reply, frame->received_ns ? frame->received_ns : now_ns,
                      frame->received_ns != 0);
    }
    source->ops->release(source, count);
    return count;
}

size_t receiver_step(struct receiver *receiver, uint64_t now_ns)
{
    size_t count = 0;

    for (unsigned i = 0; i < receiver->source_count; i++)
        count += serve(receiver, receiver->sources[i], now_ns);
    return count;
}
