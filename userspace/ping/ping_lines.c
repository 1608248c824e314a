// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_lines.h"

#include <unistd.h>

#include "base/clock.h"
#include "output/json_value.h"

static uint64_t epoch_us(void)
{
    return clock_read_ns(CLOCK_REALTIME) / NS_PER_US;
}

static void print_line(struct ping_lines *lines, json_t *(*line)(const struct json_run *run))
{
    lines->run.end_us = epoch_us();
    if (line)
        json_print_line(line(&lines->run), stdout);
}

void ping_lines_begin(struct ping_lines *lines, const struct ping_config *config, uint64_t start_us)
{
    *lines = (struct ping_lines){.config = config};
    if (gethostname(lines->host, sizeof(lines->host) - 1))
        lines->host[0] = '\0';
    lines->run = (struct json_run){
        .start_us = start_us,
        .host = lines->host,
        .wait = (double)config->wait_ns / (double)NS_PER_S,
        .tos = config->tos,
    };
    if (config->json)
        print_line(lines, config->form->begin);
}

void ping_lines_note(struct ping_lines *lines, struct ping_target *target, uint64_t sequence,
                     enum ping_outcome outcome, const struct answer *answer)
{
    const struct ping_config *config = lines->config;

    if (!config->json || !config->form->keeps || outcome == PING_OPEN)
        return;
    const struct record lost = ping_lost_record(config, target->host, sequence);

    /* If memory is short, the probe is shown like one that was never sent. */
    (void)ping_records_add(&target->records, answer ? answer->record : &lost);
    if (ping_records_full(&target->records))
        ping_lines_host(lines, target);
}

void ping_lines_host(struct ping_lines *lines, struct ping_target *target)
{
    const struct ping_config *config = lines->config;

    if (!config->json)
        return;
    lines->run.end_us = epoch_us();
    json_print_line(config->form->host(config, target, &lines->run), stdout);
    ping_records_free(&target->records);
}

void ping_lines_end(struct ping_lines *lines)
{
    if (lines->config->json)
        print_line(lines, lines->config->form->end);
}
