// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/typed_offset.h"
#include "base/version.h"
#include "metrics/prometheus_text.h"

#define PREFIX "hopwire_survey_"

/* A metric, or, without a help text, a further sample of the metric before it. */
struct metric {
    const char *name, *type, *help;
    const char *label;                                  /* "place=\"…\"", or NULL */
    size_t offset;                                      /* of a uint64_t in struct survey_status, or */
    double (*take)(const struct survey_status *status); /* NAN: not reported now */
};

#define COUNT(field) .offset = TYPED_OFFSET(struct survey_status, field, uint64_t)

static double take_left(const struct survey_status *status)
{
    return status->probes == STRATEGY_LEFT_UNKNOWN ? (double)NAN
                                                   : (double)(status->probes - status->ledger.generated);
}

static double take_rejected(const struct survey_status *status)
{
    return (double)(ledger_rejected_filter(&status->ledger) + ledger_rejected_decode(&status->ledger) -
                    status->ledger.rejected_filter[FILTER_REJECT_EXCESS] -
                    status->ledger.rejected_filter[FILTER_REJECT_NO_SOCKET]);
}

static double take_excess(const struct survey_status *status)
{
    return (double)(status->ledger.excess + status->ledger.rejected_filter[FILTER_REJECT_EXCESS]);
}

static double take_asked_rate(const struct survey_status *status)
{
    return isfinite(status->asked_rate) ? status->asked_rate : (double)NAN;
}

static double seconds(uint64_t ns)
{
    return (double)ns / (double)NS_PER_S;
}

static double take_elapsed(const struct survey_status *status)
{
    return seconds(status->elapsed_ns);
}

static double take_paused(const struct survey_status *status)
{
    return status->paused.now;
}

static double take_paused_time(const struct survey_status *status)
{
    return seconds(status->paused.ns);
}

static double take_slowed_time(const struct survey_status *status)
{
    return seconds(status->slowed.ns);
}

static double take_down_time(const struct survey_status *status)
{
    return seconds(status->outages.ns);
}

static const struct metric metrics[] = {
    {"probes_generated_total", "counter", "Probes that were chosen.", COUNT(ledger.generated)},
    {"probes_sent_total", "counter", "Probes that the device took.", COUNT(ledger.sent)},
    {"probes_unsent_total", "counter", "Probes that were chosen and not sent.", "why=\"blocked\"",
     COUNT(ledger.blocked)},
    {"probes_unsent_total", NULL, NULL, "why=\"no_way\"", COUNT(ledger.no_way)},
    {"probes_unsent_total", NULL, NULL, "why=\"tx_dropped\"", COUNT(ledger.tx_dropped)},
    {"probes_left", "gauge", "Probes still to be chosen; absent where that depends on answers.",
     .take = take_left},
    {"targets", "gauge", "Targets of the survey.", COUNT(targets)},
    {"replies_total", "counter", "Replies that are to probes of the survey.", COUNT(ledger.accepted)},
    {"replies_refused_total", "counter", "Packets that looked like replies and were refused.",
     "why=\"excess\"", .take = take_excess},
    {"replies_refused_total", NULL, NULL, "why=\"rejected\"", .take = take_rejected},
    {"records_written_total", "counter", "Records that can be read from the results.", COUNT(ledger.written)},
    {"lost_total", "counter", "What was lost on this host, by place.", "place=\"device_dropped\"",
     COUNT(ledger.device_dropped)},
    {"lost_total", NULL, NULL, "place=\"no_socket\"", COUNT(ledger.rejected_filter[FILTER_REJECT_NO_SOCKET])},
    {"lost_total", NULL, NULL, "place=\"ring_full\"", COUNT(ledger.ring_full)},
    {"lost_total", NULL, NULL, "place=\"fill_empty\"", COUNT(ledger.fill_empty)},
    {"lost_total", NULL, NULL, "place=\"rx_dropped\"", COUNT(ledger.rx_dropped)},
    {"lost_total", NULL, NULL, "place=\"redirect_failed\"", COUNT(ledger.redirect_failed)},
    {"lost_total", NULL, NULL, "place=\"writer_dropped\"", COUNT(ledger.writer_dropped)},
    {"lost_total", NULL, NULL, "place=\"answer_ring_full\"", COUNT(ledger.answer_ring_full)},
    {"interfaces", "gauge", "Addresses of routers that were found.", COUNT(interfaces)},
    {"links", "gauge", "Links that were found.", COUNT(links)},
    {"targets_reached", "gauge", "Targets that answered themselves.", COUNT(reached)},
    {"asked_rate", "gauge", "Probes per second that are asked for; absent for max and auto.",
     .take = take_asked_rate},
    {"elapsed_seconds", "gauge", "Time since sending began, until it ended.", .take = take_elapsed},
    {"paused", "gauge", "Whether its operator has paused it.", .take = take_paused},
    {"paused_seconds_total", "counter", "Time for which it was paused.", .take = take_paused_time},
    {"slowed_seconds_total", "counter", "Time for which receivers or output were behind, and it sent slower.",
     .take = take_slowed_time},
    {"link_down_seconds_total", "counter", "Time for which links by which probes leave were down.",
     .take = take_down_time},
};

static void put_metric(const struct metric *metric, const struct survey_status *status, FILE *out)
{
    double value = metric->take ? metric->take(status) : 0;

    if (metric->type)
        fprintf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", metric->name, metric->help,
                metric->name, metric->type);
    if (isnan(value))
        return;
    fprintf(out, PREFIX "%s", metric->name);
    if (metric->label)
        fprintf(out, "{%s}", metric->label);
    if (metric->take)
        fprintf(out, " %.17g\n", value);
    else
        fprintf(out, " %" PRIu64 "\n",
                *(const uint64_t *)(const void *)((const char *)status + metric->offset));
}

char *survey_metrics_text(const struct survey_status *status, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    if (!out)
        return NULL;
    fprintf(out, PROMETHEUS_BUILD_INFO, hopwire_version());
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
        put_metric(&metrics[i], status, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
