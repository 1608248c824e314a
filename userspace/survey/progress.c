// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <math.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/number.h"
#include "survey/status.h"

double status_rate(const struct survey_status *status)
{
    uint64_t ns = status->elapsed_ns - status->paused.ns;

    return ns ? (double)status->ledger.sent * (double)NS_PER_S / (double)ns : 0;
}

static void print_duration(uint64_t ns, FILE *out)
{
    uint64_t seconds = ns / NS_PER_S;

    if (seconds >= 3600)
        fprintf(out, "%" PRIu64 ":%02u:%02u", seconds / 3600, (unsigned)(seconds / 60 % 60),
                (unsigned)(seconds % 60));
    else
        fprintf(out, "%u:%02u", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
}

/* Returns the rate of the last interval, not of the whole run: it shows what happens now. */
static double current_rate(const struct survey_status *now, const struct survey_status *before)
{
    uint64_t interval = now->elapsed_ns - before->elapsed_ns;

    return interval ? (double)(now->ledger.sent - before->ledger.sent) * (double)NS_PER_S / (double)interval
                    : 0;
}

static void print_remaining(const struct survey_status *now, FILE *out)
{
    double rate = status_rate(now);
    uint64_t left = now->probes - now->ledger.generated;

    if (now->probes != STRATEGY_LEFT_UNKNOWN && rate > 0 && left) {
        fputs(" of ", out);
        print_duration(now->elapsed_ns + (uint64_t)((double)left / rate * (double)NS_PER_S), out);
    }
}

/* Prints no share where the number of probes is not known. */
static void print_done(const struct survey_status *now, FILE *out)
{
    double done = now->probes ? (double)now->ledger.generated / (double)now->probes : 1;

    if (now->probes != STRATEGY_LEFT_UNKNOWN)
        fprintf(out, "%3.0f %%  ", floor(done * 100));
}

void progress_time_print(const struct survey_status *now, bool sending, FILE *out)
{
    print_done(now, out);
    print_duration(now->elapsed_ns, out);
    if (sending)
        print_remaining(now, out);
}

void progress_print(const struct survey_status *now, const struct survey_status *before, bool cooling_down,
                    FILE *out)
{
    bool terminal = isatty(fileno(out));
    char number[NUMBER_TEXT_SIZE];
    uint64_t excess = now->ledger.excess + now->ledger.rejected_filter[FILTER_REJECT_EXCESS];

    fputs(terminal ? "\r\033[K" : "", out);
    progress_time_print(now, !cooling_down, out);
    if (cooling_down) {
        fputs("  waiting for late replies", out);
    } else {
        fprintf(out, "  sent %s", number_group(now->ledger.sent, number));
        fprintf(out, " at %.1fk/s", current_rate(now, before) / 1e3);
        if (now->paused.now)
            fputs(" (paused)", out);
        else if (isnan(now->asked_rate))
            fputs(now->auto_rate.held ? " (held)" : " (searching)", out);
    }
    fprintf(out, "  replies %s", number_group(now->ledger.accepted, number));
    fprintf(out, "  interfaces %s%s", number_group(now->interfaces, number),
            now->interfaces_complete ? "" : "+");
    fprintf(out, "  links %s", number_group(now->links, number));
    fprintf(out, "  reached %s", number_group(now->reached, number));
    if (excess)
        fprintf(out, "  refused %s", number_group(excess, number));
    fprintf(out, "  lost %s%s", number_group(status_lost(now), number), terminal ? "" : "\n");
    fflush(out);
}

void progress_end(FILE *out)
{
    if (isatty(fileno(out)))
        fputc('\n', out);
}
