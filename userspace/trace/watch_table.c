// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/watch_table.h"

#include <inttypes.h>
#include <string.h>

#include "base/address_text.h"
#include "session/answer_text.h"
#include "session/tos_text.h"
#include "trace/host_text.h"

enum {
    FIGURES_WIDTH = 7 + 6 + 6 * 7, /* Loss%, Snt, six times */
    ASN_WIDTH = 9,                 /* "AS4200000"; longer ones shift the rest of the row */
    INDENT = 8,                    /* "  1.|-- " */
    HOST_WIDTH_MIN = 16,           /* an address with a blank; a narrower screen cuts figures instead */
    LINE_SIZE = 2048,              /* a name and two sets of origins fit easily */
    TIME_SIZE = 24,
};

/* The text before the figures: the responder and its network. */
struct host {
    char text[HOST_TEXT_SIZE + 512];
};

/* " !H" and the like, for the responder that last sent an error. */
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

/* `address` is NULL where no answer came. */
static void describe(const struct watch_table *table, const struct hop_stats *stats,
                     const struct address *address, struct host *host)
{
    char text[HOST_TEXT_SIZE], number[ASN_TEXT_SIZE], annotation[ANSWER_TEXT_SIZE], origin[256] = "AS???";
    const char *asn = address ? asn_text(table->owners.asn, *address, number) : NULL;
    const char *name = address ? host_text(table->names, *address, text) : "???";
    const char *note = address ? annotation_of(stats, *address, annotation) : "";

    if (asn)
        snprintf(origin, sizeof(origin), "AS%s", asn);
    if (table->owners.asn)
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

/* The column of hosts has the width that the screen leaves, or that the longest host needs. */
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

/* Cuts blanks at the end of a line. */
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

/* Milliseconds with three significant digits, in six columns on a screen. */
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

unsigned watch_table_tos_changed(const struct watch_table *table)
{
    for (unsigned hop = 0; table->told && hop < table->count; hop++)
        for (unsigned i = 0; i < table->hops[hop].responder_count; i++)
            if (tos_is_changed(table->tos, &table->told[hop].records[i]))
                return table->first_ttl + hop;
    return 0;
}

_Static_assert((int)HOP_RESPONDERS <= (int)AS_GROUPS_MAX, "none of them is left out");

void watch_table_groups(const struct watch_table *table, unsigned hop, struct as_groups *out)
{
    const struct hop_stats *stats = &table->hops[hop];

    as_groups_begin(out, table->owners.asn);
    for (unsigned i = 0; i < stats->responder_count; i++)
        as_groups_add(out, stats->responders[i].address, stats->responders[i].answers);
}

/* The type of service quoted by the nearest hop before that quoted one, else the one that was sent. */
static uint16_t tos_before(const struct watch_table *table, unsigned hop)
{
    uint16_t tos = RECORD_NO_TOS;

    while (tos == RECORD_NO_TOS && hop-- > 0)
        tos = hop_told_tos(&table->told[hop], &table->hops[hop]);
    return tos == RECORD_NO_TOS ? table->tos : tos;
}

/* Prints, below a responder, what its last record says beside its address. Prints nothing if the
 * record says nothing. */
static void print_told(const struct watch_table *table, unsigned hop, struct address responder, FILE *out)
{
    char line[LINE_SIZE], labels[ANSWER_TEXT_SIZE], objects[ANSWER_TEXT_SIZE], tos[TOS_TEXT_SIZE];
    const struct record *record =
        table->told ? hop_told_by(&table->told[hop], &table->hops[hop], responder) : NULL;

    if (!record)
        return;
    snprintf(line, sizeof(line), "%*s%s%s%s", INDENT + 1, "", answer_labels(record, labels),
             answer_objects(record, objects), tos_change(tos_before(table, hop), record->quoted_tos, tos));
    if (line[INDENT + 1])
        put_line(line, table->width, out);
}

static void print_other(const struct watch_table *table, unsigned hop, struct address responder, FILE *out)
{
    char line[LINE_SIZE];
    struct host host;

    describe(table, &table->hops[hop], &responder, &host);
    snprintf(line, sizeof(line), "%*s%s", INDENT, "", host.text);
    put_line(line, table->width, out);
    print_told(table, hop, responder, out);
}

/* Prints, below the last responder, the other ones, by network where networks are known. */
static void print_others(const struct watch_table *table, unsigned hop, FILE *out)
{
    const struct hop_stats *stats = &table->hops[hop];
    char line[LINE_SIZE], text[AS_GROUPS_TEXT_SIZE];
    struct as_groups groups;

    watch_table_groups(table, hop, &groups);
    if (table->owners.asn && stats->responder_count > 1) {
        snprintf(line, sizeof(line), "%*s%s", INDENT, "", as_groups_text(&groups, text));
        put_line(line, table->width, out);
    }
    for (unsigned group = 0; group < groups.count; group++)
        for (unsigned i = 0; i < stats->responder_count; i++)
            if (as_groups_find(&groups, stats->responders[i].address) == group &&
                !address_equal(stats->responders[i].address, stats->last_responder))
                print_other(table, hop, stats->responders[i].address, out);
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
    print_told(table, hop, stats->last_responder, out);
    print_others(table, hop, out);
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
