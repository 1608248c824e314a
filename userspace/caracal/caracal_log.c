// SPDX-License-Identifier: GPL-2.0-or-later
#include "caracal/caracal_log.h"

#include <inttypes.h>
#include <math.h>

#include "base/log.h"
#include "base/number.h"

static void tell_rate(const struct caracal_figures *figures, uint64_t packets, uint64_t now_ns)
{
    double seconds = (double)(now_ns - figures->started_ns) / (double)NS_PER_S;
    double rate = seconds > 0 ? (double)packets / seconds : 0;

    log_info("average_rate=%.1f average_utilization=%.1f", rate,
             isinf(figures->rate) ? 0 : 100 * rate / figures->rate);
}

static void tell_probes(const struct stream_counters *lines, const struct session_totals *totals)
{
    log_info("probes_read=%" PRIu64 " packets_sent=%" PRIu64 " packets_failed=%" PRIu64
             " filtered_low_ttl=%" PRIu64 " filtered_high_ttl=%" PRIu64 " filtered_prefix_excl=%" PRIu64
             " filtered_prefix_not_incl=%" PRIu64,
             lines->read, totals->sent, totals->unsent + lines->no_family, lines->low_ttl, lines->high_ttl,
             lines->excluded, lines->not_included);
}

static void tell_replies(const struct session_totals *totals)
{
    uint64_t invalid = totals->rejected + totals->excess, received = totals->answers + invalid;

    log_info("packets_received=%" PRIu64 " packets_received_invalid=%" PRIu64, received, invalid);
    log_info("pcap_received=%" PRIu64 " pcap_dropped=%" PRIu64 " pcap_interface_dropped=0",
             received + totals->lost, totals->lost);
}

void caracal_tell(const struct caracal_figures *figures, uint64_t now_ns)
{
    struct session_totals totals;

    session_totals(figures->session, &totals);
    tell_rate(figures, totals.sent, now_ns);
    tell_probes(stream_counters(figures->stream), &totals);
    tell_replies(&totals);
}

void caracal_tell_end(const struct caracal_figures *figures)
{
    const struct stream_counters *lines = stream_counters(figures->stream);
    uint64_t dropped = writer_dropped(figures->writer);

    session_warn_of_losses(figures->session);
    if (lines->refused)
        log_warning("%" PRIu64 " line%s not a probe", lines->refused,
                    plural_form(lines->refused, " was", "s were"));
    if (lines->no_family)
        log_warning("%" PRIu64
                    " probe%s no source: this host has no address of that family that leads to the Internet",
                    lines->no_family, plural_form(lines->no_family, " has", "s have"));
    if (dropped)
        log_warning("%" PRIu64 " repl%s lost because stdout was not read fast enough", dropped,
                    plural_form(dropped, "y was", "ies were"));
}
