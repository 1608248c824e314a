// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/facts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/key.h"
#include "base/number.h"
#include "packet/layout.h"
#include "report/markup.h"
#include "report/plot_scale.h"

enum {
    COMMAND_MAX = 2000, /* bytes of a command line that are shown */
    TIME_SIZE = 40,
};

/* `known` returns whether a survey has the fact, and `put` writes it. */
struct fact {
    const char *label;
    bool (*known)(const struct numbers *numbers);
    void (*put)(const struct numbers *numbers, FILE *out);
};

static void put_estimate(struct numbers_count count, FILE *out)
{
    fputs(count.one_in > 1 ? "about " : "", out);
    markup_count(count.value, out);
}

static void put_time(uint64_t us, FILE *out)
{
    time_t seconds = (time_t)(us / 1000000);
    char text[TIME_SIZE];
    struct tm tm;

    if (gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm))
        fputs(text, out);
}

static void put_rate(double rate, FILE *out)
{
    char number[PLOT_NUMBER_SIZE];

    if (!isfinite(rate))
        fputs(isnan(rate) ? "auto" : "max", out);
    else
        fprintf(out, "%s/s", plot_scale_number(rate, number));
}

static bool always(const struct numbers *numbers)
{
    (void)numbers;
    return true;
}

static bool has_metadata(const struct numbers *numbers)
{
    return numbers->has_metadata;
}

static bool has_ended(const struct numbers *numbers)
{
    return numbers->has_metadata && numbers->metadata.ended;
}

static void put_state(const struct numbers *numbers, FILE *out)
{
    fputs(survey_state_name(numbers->metadata.state), out);
    if (numbers->metadata.stopped) {
        fputs(": ", out);
        markup_text(numbers->metadata.stopped, out);
    }
}

static void put_start(const struct numbers *numbers, FILE *out)
{
    put_time(numbers->metadata.start_us, out);
}

static void put_duration(const struct numbers *numbers, FILE *out)
{
    uint64_t start = numbers->metadata.start_us, end = numbers->metadata.end_us;
    uint64_t tenths = end > start ? (end - start) / 100000 : 0;

    fprintf(out, "%" PRIu64 ".%" PRIu64 " s", tenths / 10, tenths % 10);
}

/* The key of the tags may be among the arguments, and must not be shown to readers of a report. */
static bool holds_key(const char *argument, struct siphash_key key)
{
    char digits[KEY_DIGITS + 1];

    snprintf(digits, sizeof(digits), "%016" PRIx64 "%016" PRIx64, key.k0, key.k1);
    return strcasestr(argument, digits) != NULL;
}

static void put_command(const struct numbers *numbers, FILE *out)
{
    const struct metadata_arguments *arguments = &numbers->metadata.command_line;
    size_t shown = 0;

    fputs("<code>", out);
    for (size_t i = 0; i < arguments->count && shown < COMMAND_MAX; i++) {
        const char *argument =
            holds_key(arguments->values[i], numbers->metadata.key) ? "KEY" : arguments->values[i];

        fputs(i ? " " : "", out);
        markup_text_up_to(argument, COMMAND_MAX - shown, out);
        shown += strlen(argument) + 1;
    }
    fputs(shown >= COMMAND_MAX ? " …</code>" : "</code>", out);
}

static void put_host(const struct numbers *numbers, FILE *out)
{
    const struct survey_metadata *metadata = &numbers->metadata;
    const char *const texts[] = {metadata->host, metadata->nic, metadata->driver, metadata->kernel};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!texts[i])
            continue;
        fputs(i ? ", " : "", out);
        markup_text(texts[i], out);
    }
}

static bool has_contact(const struct numbers *numbers)
{
    return numbers->has_metadata && numbers->metadata.contact;
}

static void put_contact(const struct numbers *numbers, FILE *out)
{
    markup_text(numbers->metadata.contact, out);
}

static void put_how(const struct numbers *numbers, FILE *out)
{
    const struct survey_metadata *metadata = &numbers->metadata;

    markup_text(metadata->strategy, out);
    if (metadata->layout)
        fprintf(out, " by %s", metadata->layout->name);
    fprintf(out, ", TTL %" PRIu32 " to %" PRIu32 ", %" PRIu32 " flow%s, ", metadata->min_ttl,
            metadata->max_ttl, metadata->flows, plural(metadata->flows));
    markup_text(metadata->tx, out);
    fprintf(out, ", %" PRIu32 " sender%s, seed %" PRIu64, metadata->threads, plural(metadata->threads),
            metadata->seed);
}

static void put_sent(const struct numbers *numbers, FILE *out)
{
    markup_count(numbers->metadata.ledger.sent, out);
}

static void put_rates(const struct numbers *numbers, FILE *out)
{
    put_rate(numbers->metadata.achieved_rate, out);
    fputs(" achieved, ", out);
    put_rate(numbers->metadata.asked_rate, out);
    fputs(" asked", out);
}

static void put_records(const struct numbers *numbers, FILE *out)
{
    markup_count(numbers->records, out);
    if (has_ended(numbers) && numbers->metadata.ledger.sent)
        fprintf(out, " (%.1f %% of probes)",
                100 * (double)numbers->records / (double)numbers->metadata.ledger.sent);
    if (numbers->unfinished)
        fputs("; the last one was not finished", out);
}

static void put_unusual(const struct numbers *numbers, FILE *out)
{
    markup_count(numbers->duplicates, out);
    fputs(" duplicate, ", out);
    markup_count(numbers->late, out);
    fputs(" late, ", out);
    markup_count(numbers->truncated, out);
    fputs(" truncated, ", out);
    markup_count(numbers->rewritten, out);
    fputs(" rewritten", out);
}

static void put_interfaces(const struct numbers *numbers, FILE *out)
{
    put_estimate(numbers->interfaces, out);
}

static void put_links(const struct numbers *numbers, FILE *out)
{
    markup_count(numbers->metadata.graph.links, out);
}

static void put_paths(const struct numbers *numbers, FILE *out)
{
    put_estimate(numbers->paths, out);
    fputs(", the target answered on ", out);
    put_estimate(numbers->paths_reached, out);
}

static bool has_rtts(const struct numbers *numbers)
{
    return histogram_count(&numbers->rtts) != 0;
}

static void put_rtts(const struct numbers *numbers, FILE *out)
{
    static const int percents[] = {10, 50, 90, 99};

    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
        fprintf(out, "%sp%d %.3f", i ? ", " : "", percents[i],
                histogram_percentile(&numbers->rtts, percents[i]) / 1000.0);
    fputs(" ms", out);
}

static const struct fact facts[] = {
    {"state", has_metadata, put_state},    {"start", has_metadata, put_start},
    {"duration", has_ended, put_duration}, {"contact", has_contact, put_contact},
    {"host", has_metadata, put_host},      {"command", has_metadata, put_command},
    {"how", has_metadata, put_how},        {"probes sent", has_ended, put_sent},
    {"rate", has_ended, put_rates},        {"replies", always, put_records},
    {"of those", always, put_unusual},     {"interfaces", always, put_interfaces},
    {"links", has_ended, put_links},       {"paths", always, put_paths},
    {"RTT", has_rtts, put_rtts},
};

static bool is_known(const struct fact *fact, const struct numbers_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (fact->known(list->all[i]))
            return true;
    return false;
}

static void put_fact(const struct fact *fact, const struct numbers_list *list, FILE *out)
{
    fprintf(out, "<tr><th scope=\"row\">%s</th>", fact->label);
    for (size_t i = 0; i < list->count; i++) {
        fputs("<td class=\"text\">", out);
        if (fact->known(list->all[i]))
            fact->put(list->all[i], out);
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

void facts_table_html(const struct numbers_list *list, FILE *out)
{
    fputs("<table>\n<caption>What was done, and what came of it</caption>\n<thead><tr><td></td>", out);
    for (size_t i = 0; i < list->count; i++) {
        fputs("<th scope=\"col\" class=\"text\">", out);
        markup_text(list->all[i]->name, out);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        if (is_known(&facts[i], list))
            put_fact(&facts[i], list, out);
    fputs("</tbody>\n</table>\n", out);
}
