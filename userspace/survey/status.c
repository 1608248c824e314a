// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/status.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "survey/device_check.h"
#include "survey/gentleness.h"
#include "survey/limited_told.h"
#include "survey/parts.h"

static void add_sender(const struct sender *sender, struct ledger *ledger)
{
    ledger->generated += counter_read(&sender->counters.generated);
    ledger->blocked += counter_read(&sender->counters.blocked);
    ledger->no_way += counter_read(&sender->counters.no_way);
    if (sender->tx) {
        ledger->sent += counter_read(&sender->tx->counters.sent);
        ledger->tx_dropped += counter_read(&sender->tx->counters.dropped);
    }
}

static void add_senders(const struct survey *survey, struct ledger *ledger)
{
    ledger->sent = survey->totals.sent;
    ledger->tx_dropped = survey->totals.dropped;
    for (unsigned i = 0; i < survey->sender_count; i++)
        add_sender(&survey->senders[i].sender, ledger);
}

/* Adds what the strategies have still to choose. */
static uint64_t count_probes(const struct survey *survey, uint64_t generated)
{
    uint64_t probes = generated;

    for (unsigned i = 0; i < survey->sender_count; i++) {
        uint64_t left = atomic_load_explicit(&survey->senders[i].sender.counters.left, memory_order_relaxed);

        if (left == STRATEGY_LEFT_UNKNOWN)
            return left;
        probes += left;
    }
    return probes;
}

static void add_answers(const struct survey *survey, struct ledger *ledger)
{
    struct answer_totals totals;

    answer_rings_totals(&survey->answers, survey->receiving_ended, &totals);
    ledger->answers = totals.answers;
    ledger->answers_heard = totals.heard;
    ledger->answer_ring_full = totals.full;
    ledger->answers_after_end = totals.after_end;
}

static void add_filter(const struct entrance *entrance, struct ledger *ledger)
{
    struct filter_counters counters;

    if (xdp_filter_counters(entrance->filter, &counters))
        return;
    ledger->received += counters.count[FILTER_RECEIVED];
    ledger->passed += counters.count[FILTER_PASSED];
    ledger->redirected += counters.count[FILTER_REDIRECTED];
    ledger->redirect_failed += counters.count[FILTER_REDIRECT_FAILED];
    for (int i = 0; i < FILTER_REJECTIONS; i++)
        ledger->rejected_filter[i] += counters.count[FILTER_REJECTED + i];
}

static void add_sources(const struct entrance *entrance, struct ledger *ledger)
{
    for (unsigned i = 0; i < entrance->source_count; i++) {
        struct source_losses losses;

        if (entrance->sources[i]->ops->losses(entrance->sources[i], &losses))
            continue;
        ledger->ring_full += losses.ring_full;
        ledger->fill_empty += losses.fill_empty;
        ledger->rx_dropped += losses.dropped;
    }
}

/*
 * The filter sees the frames that the device has taken. In a private namespace nothing but replies arrives,
 * so all frames that the device dropped are replies: veth counts those of a full ring as dropped, not as
 * missed. But it also counts there the frames that no socket took, and the sockets have counted these
 * already. Sockets are read after the device, so their count is never smaller.
 */
static uint64_t dropped_by_devices(const struct survey *survey, const struct link_counters *grown,
                                   const struct ledger *ledger)
{
    uint64_t by_sockets =
        ledger->ring_full + ledger->fill_empty + ledger->rx_dropped + ledger->redirect_failed;

    return survey->uplink && grown->rx_dropped > by_sockets
               ? grown->rx_missed + grown->rx_dropped - by_sockets
               : grown->rx_missed;
}

static void add_device(const struct survey *survey, const struct entrance *entrance,
                       struct link_counters *grown)
{
    struct link_counters now;

    if (link_counters(survey->inquiries, entrance->link.index, &now))
        return;
    grown->rx_packets += now.rx_packets - entrance->before.rx_packets;
    grown->tx_packets += now.tx_packets - entrance->before.tx_packets;
    grown->rx_dropped += now.rx_dropped - entrance->before.rx_dropped;
    grown->rx_missed += now.rx_missed - entrance->before.rx_missed;
}

void survey_device_counters(const struct survey *survey, struct link_counters *grown)
{
    *grown = (struct link_counters){0};
    for (unsigned i = 0; i < survey->entrance_count; i++)
        add_device(survey, &survey->entrances[i], grown);
}

void survey_entrance_ledger(const struct survey *survey, const struct entrance *entrance,
                            struct ledger *ledger)
{
    struct ledger own = {0};
    struct link_counters grown = {0};

    add_filter(entrance, &own);
    add_device(survey, entrance, &grown);
    add_sources(entrance, &own);
    own.device_dropped = dropped_by_devices(survey, &grown, &own);
    own.arrived = own.received + own.device_dropped;
    ledger_add(ledger, &own);
}

static void add_receiver(const struct receiver_counters *counters, struct survey_status *out)
{
    for (int i = 0; i < DECODE_VERDICTS; i++)
        out->ledger.decoded += counter_read(&counters->verdicts[i]);
    for (int i = 0; i < DECODE_REJECTIONS; i++)
        out->ledger.rejected_decode[i] += counter_read(&counters->verdicts[i]);
    out->ledger.accepted += counter_read(&counters->verdicts[DECODE_ACCEPTED]);
    out->ledger.excess += counter_read(&counters->verdicts[DECODE_EXCESS]);
    out->duplicate += counter_read(&counters->duplicate);
    out->late += counter_read(&counters->late);
    out->truncated += counter_read(&counters->truncated);
    out->rewritten += counter_read(&counters->rewritten);
    out->reached += counter_read(&counters->reached);
    for (unsigned ttl = 0; ttl <= PROBE_MAX_TTL; ttl++)
        out->answered[ttl] += counter_read(&counters->answered[ttl]);
}

static void add_outages(const struct survey *survey, struct survey_status *out)
{
    for (unsigned i = 0; i < survey->outlet_count; i++) {
        const struct outages *outages = &survey->outlets[i].outages;

        out->outages.count += outages->count;
        out->outages.ns += outages->total_ns;
        out->outages.sent += outages->total_sent;
    }
}

static void add_simulator(const struct survey *survey, struct survey_status *out)
{
    struct sim_uplink_counters counters;

    if (!survey->uplink || sim_uplink_counters(survey->uplink, &counters))
        return;
    out->rate_limited = counters.rate_limited;
    out->lost_on_way = counters.lost_out + counters.corrupted_out + counters.queue_full_out +
                       counters.line.lost_back + counters.line.queue_full_back;
    out->delay_full = counters.line.delay_full + counters.line.dropped;
}

/* Called after all counters have been read. */
static void add_auto_rate(const struct survey *survey, struct survey_status *out)
{
    const struct rate_control *control = &survey->rate_control;
    uint64_t lost = status_lost(out);

    out->auto_rate.rate = control->rate;
    out->auto_rate.held = control->found_ns != 0;
    out->auto_rate.found_ns = control->found_ns - (control->found_ns ? survey->started_ns : 0);
    out->auto_rate.lost_before = control->found_ns ? survey->found_lost : lost;
    out->auto_rate.lost = lost - out->auto_rate.lost_before;
}

/* Returns the present time while the survey sends, afterwards the time when sending ended. */
static uint64_t sending_now_ns(const struct survey *survey)
{
    return survey->sending_ended_ns ? survey->sending_ended_ns : clock_now_ns();
}

static void add_times(const struct survey *survey, struct survey_status *out)
{
    const struct steering *steering = &survey->steering;
    uint64_t now = sending_now_ns(survey);

    out->elapsed_ns = survey->started_ns ? now - survey->started_ns : 0;
    out->paused.ns = steering_paused_ns(steering, now);
    out->paused.times = steering->pauses;
    out->paused.now = steering_is_paused(steering);
    out->rate_changes = steering->rate_count;
}

/* Where nothing counts the kernel's refusals to redirect, they are what remains after all other counters. */
static void infer_refusals(const struct survey *survey, struct ledger *ledger)
{
    uint64_t known = ledger->decoded + ledger->ring_full + ledger->fill_empty + ledger->rx_dropped +
                     ledger->redirect_failed;
    bool counted = true;

    for (unsigned i = 0; i < survey->entrance_count; i++)
        counted &= xdp_filter_counts_refusals(survey->entrances[i].filter);
    if (!counted && survey->receiving_ended && ledger->redirected > known)
        ledger->redirect_failed += ledger->redirected - known;
}

void survey_status(const struct survey *survey, struct survey_status *out)
{
    const struct back_pressure *pressure = &survey->back_pressure;

    *out = (struct survey_status){
        .targets = targets_count(survey->config->plan->targets),
        .senders = survey->sender_count,
        .receivers = survey->receiver_count,
        .placement = &survey->placement,
        .numa_node = survey->home.node,
        .gentle = gentleness_totals(survey),
        .asked_rate = survey->steering.rate,
        .slowed = {pressure->least, pressure->slowed_ns, pressure->times},
        .interfaces = graph_interfaces(survey->graph),
        .links = graph_links(survey->graph),
        .ipv6_interfaces = graph_ipv6_interfaces(survey->graph),
        .ipv6_links = graph_ipv6_links(survey->graph),
        .interfaces_complete = graph_interfaces_complete(survey->graph),
        .links_complete = graph_links_complete(survey->graph),
        .links_recent = graph_links_recent(survey->graph),
        .duplicates_known = answered_tells_duplicates(&survey->answered),
    };
    add_times(survey, out);
    add_senders(survey, &out->ledger);
    out->probes = count_probes(survey, out->ledger.generated);
    add_answers(survey, &out->ledger);
    for (unsigned i = 0; i < survey->entrance_count; i++)
        survey_entrance_ledger(survey, &survey->entrances[i], &out->ledger);
    for (unsigned i = 0; i < survey->receiver_count; i++)
        add_receiver(&survey->receivers[i].receiver.counters, out);
    out->reached += survey->recalled.reached;
    infer_refusals(survey, &out->ledger);
    capture_file_count(survey, &out->ledger);
    add_outages(survey, out);
    out->uncounted = device_check_missing(survey);
    for (unsigned i = 0; i < survey->sender_count; i++)
        out->waits += counter_read(&survey->senders[i].sender.counters.waits);
    add_simulator(survey, out);
    out->ledger.written = writer_written(survey->results.writer);
    out->ledger.writer_dropped = writer_dropped(survey->results.writer);
    if (isnan(out->asked_rate))
        add_auto_rate(survey, out);
}

void survey_findings(const struct survey *survey, struct survey_findings *out)
{
    struct histogram rtt = {0};

    *out = (struct survey_findings){0};
    out->most_seen_count = (unsigned)graph_most_seen(survey->graph, out->most_seen, STATUS_MOST_SEEN);
    out->limited_count = limited_told_find(survey, out->limited);
    out->figure_count = figures_told_find(survey, out->figures);
    for (unsigned i = 0; i < survey->receiver_count; i++)
        histogram_merge(&rtt, &survey->receivers[i].receiver.counters.rtt_us);
    out->timed = histogram_count(&rtt);
    out->rtt_p10_us = histogram_percentile(&rtt, 10);
    out->rtt_p50_us = histogram_percentile(&rtt, 50);
    out->rtt_p90_us = histogram_percentile(&rtt, 90);
    out->rtt_p99_us = histogram_percentile(&rtt, 99);
}
