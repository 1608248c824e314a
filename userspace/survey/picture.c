// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/picture.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "base/printable.h"
#include "survey/losses.h"
#include "survey/ttl_plot.h"

enum {
    SPACIOUS_ROWS = 20, /* from this height on blank lines separate the parts */
    PLOT_ROWS_MIN = 5,
    MESSAGE_ROWS_MAX = 6,
    NOTE_SIZE = 256,
};

/* The number of rows of each part. */
struct parts {
    bool spacious;
    unsigned head, plot, messages;
};

struct survey_rates survey_rates_between(const struct survey_status *before, const struct survey_status *now,
                                         uint64_t ns)
{
    double seconds = (double)ns / (double)NS_PER_S;

    if (!ns)
        return (struct survey_rates){0};
    return (struct survey_rates){
        .sent = (double)(now->ledger.sent - before->ledger.sent) / seconds,
        .replies = (double)(now->ledger.accepted - before->ledger.accepted) / seconds,
        .interfaces = (double)(now->interfaces - before->interfaces) / seconds,
        .links = (double)(now->links - before->links) / seconds,
        .reached = (double)(now->reached - before->reached) / seconds,
        /* Counters are read one after the other, so a loss that two of them count for a moment may
         * disappear. */
        .lost = fmax(0, ((double)status_lost(now) - (double)status_lost(before)) / seconds),
    };
}

static void note_sent(const struct survey_picture *picture, char note[NOTE_SIZE])
{
    const struct survey_status *status = picture->status;
    char number[NUMBER_TEXT_SIZE];

    note[0] = '\0';
    if (status->paused.now)
        snprintf(note, NOTE_SIZE, "paused");
    else if (!picture->sending)
        return;
    else if (picture->share < 1)
        snprintf(note, NOTE_SIZE, "at %.0f %% of the rate: this host is busy", 100 * picture->share);
    else if (isnan(status->asked_rate))
        snprintf(note, NOTE_SIZE, status->auto_rate.held ? "rate found" : "searching for the rate");
    else if (isinf(status->asked_rate))
        snprintf(note, NOTE_SIZE, "as fast as possible");
    else
        snprintf(note, NOTE_SIZE, "of %s asked for",
                 number_group((uint64_t)llround(status->asked_rate), number));
}

static void note_replies(const struct survey_status *status, char note[NOTE_SIZE])
{
    const struct ledger *ledger = &status->ledger;
    uint64_t refused = ledger->excess + ledger->rejected_filter[FILTER_REJECT_EXCESS];
    char number[NUMBER_TEXT_SIZE];
    int length = 0;

    note[0] = '\0';
    if (ledger->sent)
        length = snprintf(note, NOTE_SIZE, "%.1f %% of sent",
                          100 * (double)ledger->accepted / (double)ledger->sent);
    if (refused)
        snprintf(note + length, NOTE_SIZE - (size_t)length, ", %s refused", number_group(refused, number));
}

static void note_losses(const struct survey_status *status, char note[NOTE_SIZE])
{
    struct survey_loss losses[LOSSES_MAX];
    char number[NUMBER_TEXT_SIZE];
    size_t length = 0;

    note[0] = '\0';
    for (size_t i = 0, count = losses_find(status, losses); i < count && length < NOTE_SIZE; i++)
        if (losses[i].count)
            length += (size_t)snprintf(note + length, NOTE_SIZE - length, "%s%s %s", length ? ", " : "",
                                       losses[i].where, number_group(losses[i].count, number));
}

static void print_figure(const char *name, uint64_t total, double rate, const char *note, FILE *out)
{
    char number[NUMBER_TEXT_SIZE], second[NUMBER_TEXT_SIZE];

    fprintf(out, "%-10s %15s %11s  %s\n", name, number_group(total, number),
            number_group((uint64_t)llround(rate), second), note);
}

static void print_figures(const struct survey_picture *picture, FILE *out)
{
    const struct survey_status *status = picture->status;
    const struct survey_rates *rates = &picture->rates;
    char note[NOTE_SIZE];

    fprintf(out, "%-10s %15s %11s\n", "", "total", "a second");
    note_sent(picture, note);
    print_figure("sent", status->ledger.sent, rates->sent, note, out);
    note_replies(status, note);
    print_figure("replies", status->ledger.accepted, rates->replies, note, out);
    print_figure("interfaces", status->interfaces, rates->interfaces,
                 status->interfaces_complete ? "" : "at least", out);
    print_figure("links", status->links, rates->links, status->links_complete ? "" : "at least", out);
    print_figure("reached", status->reached, rates->reached, "", out);
    note_losses(status, note);
    print_figure("lost", status_lost(status), rates->lost, note, out);
}

static void print_head(const struct survey_picture *picture, bool spacious, FILE *out)
{
    fprintf(out, "%s\n%s  ", picture->title, picture->phase);
    progress_time_print(picture->status, picture->sending, out);
    fputs(spacious ? "\n\n" : "\n", out);
    print_figures(picture, out);
}

static void print_keys(const struct survey_picture *picture, FILE *out)
{
    if (picture->sending)
        fprintf(out, "keys: p %s, + - rate, q stop\n", picture->status->paused.now ? "go on" : "pause");
    else
        fputs("keys: q end at once\n", out);
}

static unsigned count_lines(const char *text)
{
    unsigned lines = 0;

    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

static const char *last_lines(const char *text, unsigned count)
{
    for (unsigned lines = count_lines(text); lines > count; lines--)
        text = strchr(text, '\n') + 1;
    return text;
}

static struct parts share_out(const struct survey_picture *picture, unsigned rows)
{
    struct parts parts = {.spacious = rows >= SPACIOUS_ROWS};
    unsigned said = count_lines(picture->messages);

    parts.head = 9 + parts.spacious;
    unsigned taken = parts.head + picture->keys + 2 * parts.spacious;
    unsigned left = rows > taken ? rows - taken : 0;
    parts.messages = left / 4 < MESSAGE_ROWS_MAX ? left / 4 : MESSAGE_ROWS_MAX;
    if (parts.messages > said)
        parts.messages = said;
    parts.plot = left - parts.messages >= PLOT_ROWS_MIN ? left - parts.messages : 0;
    return parts;
}

static void print_whole(const struct survey_picture *picture, unsigned rows, unsigned columns, FILE *out)
{
    const struct parts parts = share_out(picture, rows);

    print_head(picture, parts.spacious, out);
    if (parts.plot) {
        fputs(parts.spacious ? "\n" : "", out);
        ttl_plot_print(picture->status->answered, parts.plot, columns, out);
    }
    fputs(parts.spacious ? "\n" : "", out);
    fputs(last_lines(picture->messages, parts.messages), out);
    if (picture->keys)
        print_keys(picture, out);
}

/* A line that is too long ends at the edge, without cutting a character. Blanks at its end are removed. */
static void put_cut(const char *text, unsigned rows, unsigned columns, FILE *out)
{
    for (; rows && *text; rows--) {
        size_t length = strcspn(text, "\n"), shown = length;

        if (shown > columns)
            shown = printable_whole(text, columns);
        while (shown && text[shown - 1] == ' ')
            shown--;
        fwrite(text, 1, shown, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
}

void survey_picture_print(const struct survey_picture *picture, unsigned rows, unsigned columns, FILE *out)
{
    char *text = NULL;
    size_t length;
    FILE *whole = open_memstream(&text, &length);

    if (!whole)
        return;
    print_whole(picture, rows, columns, whole);
    if (fclose(whole) == 0)
        put_cut(text, rows, columns, out);
    free(text);
}
