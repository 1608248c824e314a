// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/prometheus_metric.h"

static struct sample take_rounds(const struct path_counters *counters)
{
    return (struct sample){true, counters->rounds};
}

static struct sample take_rounds_reached(const struct path_counters *counters)
{
    return (struct sample){true, counters->rounds_reached};
}

static struct sample take_changes(const struct path_counters *counters)
{
    return (struct sample){true, counters->changes};
}

static struct sample take_probes(const struct path_counters *counters)
{
    return (struct sample){true, counters->probes};
}

static struct sample take_lost(const struct path_counters *counters)
{
    return (struct sample){true, counters->lost};
}

static struct sample take_rtt_sum(const struct path_counters *counters)
{
    return (struct sample){true, counters->rtt_sum_us};
}

static struct sample take_rtt_count(const struct path_counters *counters)
{
    return (struct sample){true, counters->timed};
}

static struct sample take_last_rtt(const struct path_counters *counters)
{
    return (struct sample){counters->rtt_us != 0, counters->rtt_us};
}

static struct sample take_reached(const struct path_counters *counters)
{
    return (struct sample){counters->rounds != 0, counters->distance != 0};
}

static struct sample take_distance(const struct path_counters *counters)
{
    return (struct sample){counters->distance != 0, counters->distance};
}

const struct metric prometheus_metrics[] = {
    {"hopwire_trace_rounds_total", "counter", "Rounds of the path that have ended.", "", take_rounds, false},
    {"hopwire_trace_rounds_reached_total", "counter", "Rounds in which the target was reached.", "",
     take_rounds_reached, false},
    {"hopwire_trace_path_changes_total", "counter", "Changes of the path.", "", take_changes, false},
    {"hopwire_trace_probes_total", "counter", "Probes to the target itself.", "", take_probes, false},
    {"hopwire_trace_probes_lost_total", "counter", "Probes to the target itself that it did not answer.", "",
     take_lost, false},
    {"hopwire_trace_rtt_seconds", "summary", "Round-trip time to the target, the least of each round.",
     "_sum", take_rtt_sum, true},
    {"hopwire_trace_rtt_seconds", NULL, NULL, "_count", take_rtt_count, false},
    {"hopwire_trace_last_rtt_seconds", "gauge",
     "Round-trip time to the target in the last round; absent where it is not known.", "", take_last_rtt,
     true},
    {"hopwire_trace_reached", "gauge", "Whether the target was reached in the last round.", "", take_reached,
     false},
    {"hopwire_trace_hops", "gauge",
     "Distance of the target in the last round; absent where it was not reached.", "", take_distance, false},
};

const size_t prometheus_metric_count = sizeof(prometheus_metrics) / sizeof(prometheus_metrics[0]);
