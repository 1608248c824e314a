// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/watch_table.h"

#include <inttypes.h>
#include <string.h>

#include "base/address_text.h"
#include "output/json_value.h"
#include "session/answer_text.h"
#include "trace/host_text.h"

enum {
    FIGURES_WIDTH = 7 + 6 + 6 * 7, /* Loss%, Snt, six times */
    ASN_WIDTH = 9,                 /* "AS4200000"; longer ones push the row */
    INDENT = 8,                    /* "  1.|-- " */
    HOST_WIDTH_MIN = 16,           /* an address with a blank; a narrower screen loses figures instead */
    LINE_SIZE = 2048,              /* a name and two sets of origins fit easily */
    TIME_SIZE = 24,
};

/* What stands before the figures: who answered, and of which network. */
struct host {
    char text[HOST_TEXT_SIZE + 512];
};

/* " !H" and the like, of who sent an error last. */
static const char *annotation_of(const struct hop_stats *stats, struct address address,
                                 char text[ANSWER_TEXT_SIZE])
{
    const struct hop_error *error = &stats->last_error;
    const struct record record = {
        .responder = error->responder, .icmp_type = error->icmp_type, .icmp_code = error->icmp_code};

    text[0] = '\0';
    return error->icmp_type && address_equal(error->responder, address)
               ? answer_annotation(&record, false, text)
               : text;
}

/* `address` is NULL where nobody answered. */
static void describe(const struct watch_table *table, const struct hop_stats *stats,
                     const struct address *address, struct host *host)
{
    char text[HOST_TEXT_SIZE], number[ASN_TEXT_SIZE], annotation[ANSWER_TEXT_SIZE], origin[256] = "AS???";
    const char *asn = address ? asn_text(table->asn, *address, number) : NULL;
    const char *name = address ? host_text(table->names, *address, text) : "???";
    const char *note = address ? annotation_of(stats, *address, annotation) : "";

    if (asn)
        snprintf(origin, sizeof(origin), "AS%s", asn);
    if (table->asn)
        snprintf(host->text, sizeof(host->text), "%-*s %s%s", ASN_WIDTH, origin, name, note);
    else
        snprintf(host->text, sizeof(host->text), "%s%s", name, note);
}

static const struct address *last_responder(const struct hop_stats *stats)
{
    return stats->responder_count ? &stats->last_responder : NULL;
}

static void widen(const struct watch_table *table, const struct hop_stats *stats,
                  const struct address *address, unsigned *width)
{
    struct host host;

    describe(table, stats, address, &host);
    if (strlen(host.text) > *width)
        *width = (unsigned)strlen(host.text);
}

/* The column of hosts is what the screen leaves, or what the longest needs. */
static unsigned host_width(const struct watch_table *table)
{
    unsigned width = HOST_WIDTH_MIN;

    if (table->width > INDENT + FIGURES_WIDTH + HOST_WIDTH_MIN)
        return table->width - INDENT - FIGURES_WIDTH;
    if (table->width)
        return width;
    for (unsigned hop = 0; hop < table->count; hop++) {
        const struct hop_stats *stats = &table->hops[hop];

        widen(table, stats, last_responder(stats), &width);
        for (unsigned i = 0; i < stats->responder_count; i++)
            widen(table, stats, &stats->responders[i].address, &width);
    }
    return width;
}

/* Blanks at the end of a line are for nobody. */
static void put_line(char *line, unsigned width, FILE *out)
{
    size_t length = strlen(line);

    if (width && length > width)
        length = width;
    while (length && line[length - 1] == ' ')
        length--;
    line[length] = '\0';
    fputs(line, out);
    fputc('\n', out);
}

/* Milliseconds with three digits that say something, on a screen that has six columns. */
static const char *format_time(bool known, double us, char text[TIME_SIZE])
{
    double ms = us / 1000;

    if (!known)
        return "-";
    snprintf(text, TIME_SIZE, "%.*f", ms < 9.995 ? 2 : ms < 999.95 ? 1 : 0, ms);
    return text;
}

static void put_figures(const struct hop_stats *stats, char *line, size_t size)
{
    const struct {
        bool known;
        double us;
    } times[] = {
        {stats->timed, stats->last_us},
        {stats->timed, stats->mean_us},
        {stats->timed, stats->best_us},
        {stats->timed, stats->worst_us},
        {stats->timed > 1, hop_stats_deviation_us(stats)},
        {stats->timed > 1, hop_stats_jitter_us(stats)},
    };
    int used = snprintf(line, size, "%6.1f%%%6" PRIu64, 100 * hop_stats_loss(stats), hop_stats_sent(stats));

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        char text[TIME_SIZE];

        used +=
            snprintf(line + used, size - (size_t)used, "%7s", format_time(times[i].known, times[i].us, text));
    }
}

static void print_hop(const struct watch_table *table, unsigned hop, unsigned width, FILE *out)
{
    const struct hop_stats *stats = &table->hops[hop];
    char line[LINE_SIZE], figures[256];
    struct host host;

    describe(table, stats, last_responder(stats), &host);
    put_figures(stats, figures, sizeof(figures));
    snprintf(line, sizeof(line), "%3u.|-- %-*.*s%s", table->first_ttl + hop, (int)width, (int)width,
             host.text, figures);
    put_line(line, table->width, out);
    for (unsigned i = 0; i < stats->responder_count; i++) {
        if (address_equal(stats->responders[i].address, stats->last_responder))
            continue;
        describe(table, stats, &stats->responders[i].address, &host);
        snprintf(line, sizeof(line), "%*s%s", INDENT, "", host.text);
        put_line(line, table->width, out);
    }
}

void watch_table_print(const struct watch_table *table, FILE *out)
{
    unsigned width = host_width(table);
    char line[LINE_SIZE];

    snprintf(line, sizeof(line), "%-*s%7s%6s%7s%7s%7s%7s%7s%7s", (int)width + INDENT, "Host", "Loss%", "Snt",
             "Last", "Avg", "Best", "Wrst", "StDev", "Jitter");
    put_line(line, table->width, out);
    for (unsigned hop = 0; hop < table->count; hop++)
        print_hop(table, hop, width, out);
}

bool watch_table_names_open(const struct watch_table *table)
{
    bool open = false;

    for (unsigned hop = 0; hop < table->count; hop++)
        for (unsigned i = 0; i < table->hops[hop].responder_count; i++) {
            const char *name;

            open |= names_get(table->names, table->hops[hop].responders[i].address, &name) == NAME_PENDING;
        }
    return open;
}

void watch_heading_print(const struct watch_heading *heading, unsigned width, FILE *out)
{
    char line[LINE_SIZE];

    snprintf(line, sizeof(line), "hopwire trace %s", heading->title);
    put_line(line, width, out);
    snprintf(line, sizeof(line), "round %" PRIu64 "%s   keys: q quit, p %s, r reset, n names",
             heading->rounds, heading->paused ? ", paused" : "", heading->paused ? "go on" : "pause");
    put_line(line, width, out);
    fputc('\n', out);
}

static json_t *responder_json(const struct watch_table *table, const struct hop_responder *responder)
{
    char address[ADDRESS_TEXT_SIZE], number[ASN_TEXT_SIZE];
    const char *name = NULL;

    address_format(responder->address, address);
    if (names_get(table->names, responder->address, &name) != NAME_KNOWN)
        name = NULL;
    return json_pack(
        "{s:s, s:o, s:s?, s:I}", "address", address, "name", name ? json_text(name) : json_null(), "asn",
        asn_text(table->asn, responder->address, number), "answers", (json_int_t)responder->answers);
}

static json_t *responders_json(const struct watch_table *table, const struct hop_stats *stats)
{
    json_t *array = json_array();

    for (unsigned i = 0; array && i < stats->responder_count; i++)
        json_array_append_new(array, responder_json(table, &stats->responders[i]));
    return array;
}

static json_t *time_json(bool known, double us)
{
    return known ? json_ms(us) : json_null();
}

static json_t *error_json(const struct hop_error *error)
{
    return error->icmp_type
               ? json_pack("{s:i, s:i}", "icmp_type", error->icmp_type, "icmp_code", error->icmp_code)
               : json_null();
}

static json_t *hop_json(const struct watch_table *table, unsigned hop)
{
    const struct hop_stats *stats = &table->hops[hop];
    bool known = stats->timed > 0, varied = stats->timed > 1;

    return json_pack("{s:i, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "ttl",
                     (int)(table->first_ttl + hop), "sent", (json_int_t)hop_stats_sent(stats), "lost",
                     (json_int_t)stats->lost, "errors", (json_int_t)stats->errors, "last_error",
                     error_json(&stats->last_error), "last_ms", time_json(known, stats->last_us), "best_ms",
                     time_json(known, stats->best_us), "avg_ms", time_json(known, stats->mean_us), "worst_ms",
                     time_json(known, stats->worst_us), "stdev_ms",
                     time_json(varied, hop_stats_deviation_us(stats)), "jitter_ms",
                     time_json(varied, hop_stats_jitter_us(stats)), "responders",
                     responders_json(table, stats), "other_answers", (json_int_t)stats->other_answers);
}

json_t *watch_table_json(const struct watch_table *table)
{
    json_t *array = json_array();

    for (unsigned hop = 0; array && hop < table->count; hop++)
        if (json_array_append_new(array, hop_json(table, hop))) {
            json_decref(array);
            return NULL;
        }
    return array;
}
