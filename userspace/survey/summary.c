// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/printable.h"
#include "survey/limited_told.h"
#include "survey/status.h"

static void print_rate(double rate, FILE *out)
{
    if (isnan(rate))
        fputs("auto", out);
    else if (isinf(rate))
        fputs("max", out);
    else if (rate >= 1e6)
        fprintf(out, "%.2fM", rate / 1e6);
    else if (rate >= 1e3)
        fprintf(out, "%.1fk", rate / 1e3);
    else
        fprintf(out, "%.3g", rate);
}

/* Losses during the search are expected. Those after it show whether the rate was right. */
static void print_auto_rate(const struct survey_status *status, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    if (!status->auto_rate.held) {
        fputs("  held          nothing: the survey ended before a rate was found\n", out);
        return;
    }
    fputs("  held          ", out);
    print_rate(status->auto_rate.rate, out);
    fprintf(out, "/s, found after %.1f s; ", (double)status->auto_rate.found_ns / (double)NS_PER_S);
    fprintf(out, "lost here until then %s, ", number_group(status->auto_rate.lost_before, number));
    fprintf(out, "since then %s\n", number_group(status->auto_rate.lost, number));
}

static void print_sending(const struct survey_status *status, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    fprintf(out, "  probes sent   %s", number_group(status->ledger.sent, number));
    if (status->probes != STRATEGY_LEFT_UNKNOWN)
        fprintf(out, " of %s", number_group(status->probes, number));
    fprintf(out, " to %s target%s", number_group(status->targets, number), plural(status->targets));
    fprintf(out, " in %.1f s\n  rate          ", (double)status->elapsed_ns / (double)NS_PER_S);
    print_rate(status_rate(status), out);
    fputs("/s achieved, ", out);
    print_rate(status->asked_rate, out);
    fprintf(out, "%s asked\n", isfinite(status->asked_rate) ? "/s" : "");
    if (isnan(status->asked_rate))
        print_auto_rate(status, out);
    if (status->paused.times)
        fprintf(out, "  paused        %.1f s in all, %s time%s\n",
                (double)status->paused.ns / (double)NS_PER_S, number_group(status->paused.times, number),
                plural(status->paused.times));
    if (status->slowed.times)
        fprintf(
            out,
            "  slowed        %.1f s in all, down to %.1f %% of the rate: receivers or output were behind\n",
            (double)status->slowed.ns / (double)NS_PER_S, 100 * status->slowed.least);
}

/* Senders are held independently, so the mean is printed. */
static void print_gentle(const struct survey_status *status, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    if (status->gentle.kept)
        fprintf(out, "  waited        %s probe%s for --max-per-prefix or --max-per-hop, sending for %.1f s\n",
                number_group(status->gentle.kept, number), plural(status->gentle.kept),
                (double)status->gentle.held_ns / (double)NS_PER_S / status->senders);
}

/* Prints " on CPUs 0-3", or nothing where the threads may run anywhere. */
static void print_cpus(const struct cpu_list *cpus, FILE *out)
{
    char text[CPU_LIST_TEXT_SIZE];

    if (cpus->count)
        fprintf(out, " on CPU%s %s", plural(cpus->count), cpu_list_format(cpus, text));
}

static void print_threads(const struct survey_status *status, FILE *out)
{
    fprintf(out, "  threads       %u sender%s", status->senders, plural(status->senders));
    print_cpus(&status->placement->senders, out);
    fprintf(out, ", %u receiver%s", status->receivers, plural(status->receivers));
    print_cpus(&status->placement->receivers, out);
    if (status->numa_node >= 0)
        fprintf(out, ", near NUMA node %d", status->numa_node);
    fputc('\n', out);
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_unusual(const struct survey_status *status, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    if (!status->duplicates_known)
        fputs("  of those      duplicates unknown (raise --duplicate-memory)\n", out);
    if (status->duplicate + status->late + status->truncated + status->rewritten == 0)
        return;
    fprintf(out, "  of those      %s duplicate, ", number_group(status->duplicate, number));
    fprintf(out, "%s late, ", number_group(status->late, number));
    fprintf(out, "%s truncated, ", number_group(status->truncated, number));
    fprintf(out, "%s rewritten\n", number_group(status->rewritten, number));
}

static void print_excess(const struct ledger *ledger, FILE *out)
{
    uint64_t excess = ledger->excess + ledger->rejected_filter[FILTER_REJECT_EXCESS];
    char number[NUMBER_TEXT_SIZE];

    if (excess)
        fprintf(out,
                "  refused       %s answer%s beyond what probes can get (excess): somebody repeats answers\n",
                number_group(excess, number), plural(excess));
}

/* For a survey of one family, prints the number alone. */
static void print_of_families(const char *what, uint64_t all, uint64_t ipv6, const char *missing, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    fprintf(out, "  %-14s%s", what, number_group(all, number));
    if (ipv6 > 0 && ipv6 < all)
        fprintf(out, ", %s of them IPv6", number_group(ipv6, number));
    fprintf(out, "%s\n", missing);
}

/* Links of IPv6 also need numbers for the addresses at their ends, which are stored with the interfaces. */
static const char *links_missing(const struct survey_status *status)
{
    if (status->links_complete)
        return "";
    if (status->links_recent)
        return " (at least: \"hopwire links\" finds all in the results)";
    return status->interfaces_complete ? " (not all: raise --link-memory)"
                                       : " (not all: raise --link-memory or --interface-memory)";
}

static void print_found(const struct survey_status *status, const struct survey_findings *findings, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    fprintf(out, "  replies       %s", number_group(status->ledger.accepted, number));
    fprintf(out, " (%.1f %% of probes)\n", percent(status->ledger.accepted, status->ledger.sent));
    print_unusual(status, out);
    print_excess(&status->ledger, out);
    print_of_families("interfaces", status->interfaces, status->ipv6_interfaces,
                      status->interfaces_complete ? "" : " (not all: raise --interface-memory)", out);
    print_of_families("links", status->links, status->ipv6_links, links_missing(status), out);
    fprintf(out, "  reached       %s target%s", number_group(status->reached, number),
            plural(status->reached));
    fprintf(out, " (%.1f %%)\n", percent(status->reached, status->targets));
    if (!findings->timed)
        fputs("  RTT           unknown\n", out);
    else
        fprintf(out, "  RTT           p10 %.3f  p50 %.3f  p90 %.3f  p99 %.3f ms\n",
                findings->rtt_p10_us / 1e3, findings->rtt_p50_us / 1e3, findings->rtt_p90_us / 1e3,
                findings->rtt_p99_us / 1e3);
}

/* Prints losses on this host, each with its place. Losses on the way cannot be counted. */
static void print_lost(const struct survey_status *status, FILE *out)
{
    const struct ledger *ledger = &status->ledger;
    const struct {
        uint64_t count;
        const char *one, *several, *place;
    } losses[] = {
        {ledger->tx_dropped, "probe", "probes", "that the device did not accept (tx_dropped)"},
        {status->uncounted, "probe", "probes",
         "that a device accepted and did not count as sent (device_sent)"},
        {ledger->device_dropped, "reply", "replies", "for which the device had no room (device_dropped)"},
        {ledger->rejected_filter[FILTER_REJECT_NO_SOCKET], "reply", "replies",
         "on a queue without a socket (no_socket)"},
        {ledger->ring_full, "reply", "replies", "because the AF_XDP RX ring was full (ring_full)"},
        {ledger->fill_empty, "reply", "replies", "because no chunk was free (fill_empty)"},
        {ledger->rx_dropped, "reply", "replies", "in the AF_XDP socket (rx_dropped)"},
        {ledger->redirect_failed, "reply", "replies", "that the kernel gave to no socket (redirect_failed)"},
        {ledger->writer_dropped, "record", "records", "because the output was too slow (writer_dropped)"},
        {ledger->answer_ring_full, "answer", "answers", "that did not reach the strategy (answer_ring_full)"},
    };
    char number[NUMBER_TEXT_SIZE];
    bool none = true;

    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        if (!losses[i].count)
            continue;
        fprintf(out, "  %-14s%s %s %s\n", none ? "lost here" : "", number_group(losses[i].count, number),
                plural_form(losses[i].count, losses[i].one, losses[i].several), losses[i].place);
        none = false;
    }
    if (none)
        fputs("  lost here     nothing\n", out);
}

static void print_outages(const struct survey_status *status, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    if (!status->outages.count)
        return;
    fprintf(out, "  link down     %s time%s, %.1f s in all; ", number_group(status->outages.count, number),
            plural(status->outages.count), (double)status->outages.ns / (double)NS_PER_S);
    fprintf(out, "%s probe%s may have been lost\n", number_group(status->outages.sent, number),
            plural(status->outages.sent));
}

static void print_simulator(const struct survey_status *status, FILE *out)
{
    const struct {
        uint64_t count;
        const char *one, *several, *what;
    } lines[] = {
        {status->rate_limited, "reply", "replies", "not sent because of routers' rate limits"},
        {status->lost_on_way, "packet", "packets", "lost on the way, as asked for"},
        {status->delay_full, "reply", "replies", "lost because the simulator was too slow (delay_full)"},
    };
    char number[NUMBER_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (lines[i].count)
            fprintf(out, "  simulator     %s %s %s\n", number_group(lines[i].count, number),
                    plural_form(lines[i].count, lines[i].one, lines[i].several), lines[i].what);
}

static void print_most_seen(const struct survey_findings *findings, FILE *out)
{
    char number[NUMBER_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];

    if (findings->most_seen_count)
        fputs("most seen hops\n", out);
    for (unsigned i = 0; i < findings->most_seen_count; i++) {
        address_format(findings->most_seen[i].address, address);
        fprintf(out, "  %-15s %14s repl%s\n", address, number_group(findings->most_seen[i].replies, number),
                plural_form(findings->most_seen[i].replies, "y", "ies"));
    }
}

/* The user chose the name of the file, so it may hold any bytes. */
static void print_path(const char *what, const char *path, FILE *out)
{
    char *printable = path ? printable_copy(path) : NULL;

    if (printable)
        fprintf(out, "%-16s%s\n", what, printable);
    free(printable);
}

void summary_print(const struct survey_status *status, const struct survey_findings *findings,
                   const struct record_output *results, const char *metadata, FILE *out)
{
    fputs("survey\n", out);
    print_sending(status, out);
    print_gentle(status, out);
    print_threads(status, out);
    print_found(status, findings, out);
    print_lost(status, out);
    print_outages(status, out);
    figures_told_print(findings->figures, findings->figure_count, out);
    limited_told_print(findings->limited, findings->limited_count, out);
    print_simulator(status, out);
    print_most_seen(findings, out);
    fputs("packets\n", out);
    ledger_print(&status->ledger, out);
    for (unsigned i = 0; i < results->count; i++)
        if (!record_file_is_stdout(results->places[i].path))
            print_path("results", results->places[i].path, out);
    print_path("metadata", metadata, out);
    fflush(out);
}
