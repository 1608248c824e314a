// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/printable.h"

static void print(FILE *out, const struct ping_config *config, const struct ping_target *target,
                  uint64_t sequence, enum ping_outcome outcome, const struct answer *answer)
{
    if (config->timestamps)
        ping_print_time(out, answer ? answer->record->time_us : clock_read_ns(CLOCK_REALTIME) / NS_PER_US);
    if (!hosts_are_list(config->hosts))
        ping_print_outcome(out, config, target, sequence, outcome, answer);
    else
        ping_print_outcome_among(out, target, sequence, outcome, answer);
}

/* The bell comes before the end of the line, as in ping(8). It is our only control character, so it bypasses
 * the stream that makes foreign ones printable. */
static void print_with_bell(const struct ping_config *config, const struct ping_target *target,
                            uint64_t sequence, enum ping_outcome outcome, const struct answer *answer)
{
    char *line = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&line, &length);

    if (!out)
        return;
    print(out, config, target, sequence, outcome, answer);
    if (fclose(out) == 0 && length) {
        fwrite(line, 1, length - 1, stdout);
        fflush(stdout);
        if (!ferror(stdout) && write(STDOUT_FILENO, "\a", 1) < 0)
            length = 0; /* a terminal that accepts no output gets no bell */
        fputc('\n', stdout);
    }
    free(line);
}

void ping_show(const struct ping_config *config, const struct ping_target *target, uint64_t sequence,
               enum ping_outcome outcome, const struct answer *answer)
{
    bool answered = outcome == PING_ANSWERED || outcome == PING_LATE || outcome == PING_DUPLICATE;

    if (config->audible && answered)
        print_with_bell(config, target, sequence, outcome, answer);
    else
        print(stdout, config, target, sequence, outcome, answer);
}

/* Names may contain any bytes. */
static void write_printable(const char *text)
{
    size_t length = strlen(text);
    char *printable = malloc(PRINTABLE_GROWTH * length + 1);

    if (!printable)
        return;
    length = printable_put(printable, text, length, true);
    fwrite(printable, 1, length, stderr);
    free(printable);
}

void ping_show_status(const struct ping_target *targets, size_t count)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        return;
    for (size_t i = 0; i < count; i++)
        ping_print_status(out, &targets[i], count > 1);
    if (fclose(out) == 0)
        write_printable(text);
    free(text);
}
