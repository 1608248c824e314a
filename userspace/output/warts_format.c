// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * warts: traces or pings, made from their records, one after the other. Records come in any order, and traces
 * are complete only at the end: so everything is written then.
 *
 *   list  cycle start  trace  trace  …  cycle stop
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "output/format.h"
#include "output/probe_facts.h"
#include "output/record_sort.h"
#include "output/told_trace.h"
#include "output/warts_ping.h"

enum {
    LIST = 1, /* the numbers of the only list and the only cycle of a file */
    CYCLE = 1,
    TRACE_RECORDS = TOLD_RECORDS,
    WAIT_MOST = 255, /* seconds */
    HOST_SIZE = 256,
};

struct warts_encoder {
    struct encoder base;
    struct record_sort *sort;
    struct warts_survey survey;
    bool pings; /* the records are of pings */
    struct probe_facts facts;
    uint64_t start_us, end_us; /* of the cycle; 0: unknown */
    char host[HOST_SIZE];
    struct bytes object;
    struct record *trace; /* the records of one trace or ping */
    size_t count;
};

static struct warts_encoder *of(struct encoder *encoder)
{
    return (struct warts_encoder *)encoder;
}

static int open_trace(struct encoder *encoder)
{
    struct warts_encoder *self = of(encoder);

    self->survey = (struct warts_survey){.list = LIST, .cycle = CYCLE};
    self->trace = malloc(TRACE_RECORDS * sizeof(self->trace[0]));
    if (!self->trace)
        return -ENOMEM;
    if (gethostname(self->host, sizeof(self->host) - 1))
        strcpy(self->host, "unknown");
    return 0;
}

static void close_sort(struct encoder *encoder)
{
    struct warts_encoder *self = of(encoder);

    record_sort_close(self->sort);
    bytes_free(&self->object);
    free(self->trace);
}

static void learn(struct encoder *encoder, const struct survey_metadata *metadata)
{
    struct warts_encoder *self = of(encoder);

    self->facts = probe_facts_of(metadata);
    if (!metadata)
        return;
    self->survey.acks = strcmp(metadata->layout->name, "tcp-ack") == 0;
    self->survey.first_ttl = (uint8_t)metadata->min_ttl;
    self->survey.last_ttl = (uint8_t)metadata->max_ttl;
    self->survey.wait = (uint8_t)(metadata->cooldown < WAIT_MOST ? metadata->cooldown : WAIT_MOST);
    self->survey.attempts = (uint8_t)metadata->attempts;
    self->survey.ends_early = metadata->attempts != 0;
    self->survey.interval_us = (uint64_t)(metadata->interval * (double)US_PER_S);
    self->survey.start_us = metadata->start_us;
    self->pings = metadata->pings;
    self->start_us = metadata->start_us;
    self->end_us = metadata->end_us;
    if (metadata->host)
        snprintf(self->host, sizeof(self->host), "%s", metadata->host);
}

static void take(struct encoder *encoder, const struct record *record)
{
    struct warts_encoder *self = of(encoder);
    int error = self->sort ? 0 : record_sort_open(&self->sort, encoder->memory, record_sort_directory());

    if (!error)
        error = record_sort_add(self->sort, record);
    if (error) {
        byte_sink_fail(encoder->sink, error);
        return;
    }
    encoder->held++;
    if (record->time_us == RECORD_NO_TIME)
        return;
    if (!self->start_us || record->time_us < self->start_us)
        self->start_us = record->time_us;
    if (record->time_us > self->end_us)
        self->end_us = record->time_us;
}

/* Writes the finished object. */
static void hand_over(struct warts_encoder *self)
{
    if (self->object.failed)
        byte_sink_fail(self->base.sink, -ENOMEM);
    else
        byte_sink_write(self->base.sink, self->object.data, self->object.length);
    bytes_clear(&self->object);
}

static void write_list(struct warts_encoder *self)
{
    struct bytes *out = &self->object;
    struct warts_parameters p = {0};
    size_t start = warts_begin(out, WARTS_LIST);

    warts_put_u32(out, LIST);
    warts_put_u32(out, LIST);
    warts_put_text(out, "hopwire");
    if (!self->pings)
        warts_text(&p, 1, "probes in random order: the hops of a trace were asked at any time of the cycle");
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
    warts_end(out, start);
    hand_over(self);
}

static void write_cycle_start(struct warts_encoder *self)
{
    struct bytes *out = &self->object;
    struct warts_parameters p = {0};
    size_t start = warts_begin(out, WARTS_CYCLE_START);

    warts_put_u32(out, CYCLE);
    warts_put_u32(out, LIST);
    warts_put_u32(out, CYCLE);
    warts_put_u32(out, (uint32_t)(self->start_us / US_PER_S));
    warts_text(&p, 2, self->host);
    warts_put_parameters(out, &p);
    bytes_free(&p.values);
    warts_end(out, start);
    hand_over(self);
}

static void write_cycle_stop(struct warts_encoder *self)
{
    struct bytes *out = &self->object;
    size_t start = warts_begin(out, WARTS_CYCLE_STOP);

    warts_put_u32(out, CYCLE);
    warts_put_u32(out, (uint32_t)(self->end_us / US_PER_S));
    warts_put_u8(out, 0);
    warts_end(out, start);
    hand_over(self);
}

/* Returns how many of the records are in the object. */
static size_t put_measurement(struct warts_encoder *self)
{
    if (!self->pings)
        return warts_trace_put(&self->object, &self->survey, self->trace, self->count);
    warts_ping_put(&self->object, &self->survey, self->trace, self->count);
    return self->count;
}

static void write_measurement(struct warts_encoder *self)
{
    size_t told = self->count ? put_measurement(self) : 0;

    self->base.left_out += self->count - told;
    if (told)
        hand_over(self);
    self->count = 0;
}

/* If there is no room for more of a long ping, it continues in another object. */
static bool is_of_same(const struct warts_encoder *self, const struct record *record)
{
    const struct record *first = self->trace;

    if (!self->count || !address_equal(first->target_address, record->target_address) ||
        first->flow != record->flow)
        return false;
    return self->pings ? self->count < TRACE_RECORDS : first->round == record->round;
}

static int write_measurements(struct warts_encoder *self)
{
    const struct record *record;
    int error;

    while (!(error = record_sort_next(self->sort, &record)) && record && !byte_sink_error(self->base.sink)) {
        if (!is_of_same(self, record))
            write_measurement(self);
        if (self->count == TRACE_RECORDS) {
            self->base.left_out++;
            continue;
        }
        self->trace[self->count] = *record;
        probe_facts_fill(&self->facts, &self->trace[self->count++]);
    }
    if (!error)
        write_measurement(self);
    return error;
}

static void write_all(struct encoder *encoder)
{
    struct warts_encoder *self = of(encoder);

    write_list(self);
    write_cycle_start(self);
    if (self->sort)
        byte_sink_fail(encoder->sink, write_measurements(self));
    write_cycle_stop(self);
    encoder->held = 0;
}

const struct output_format output_warts = {
    .name = "warts",
    .extension = ".warts",
    .not_held = "numbers of flows and shards, flags, times of arrival where there is no RTT, names and "
                "addresses of RFC 5837",
    .size = sizeof(struct warts_encoder),
    .at_end = true,
    .tells_unanswered = true,
    .sealed = true,
    .open = open_trace,
    .begin = learn,
    .record = take,
    .finish = write_all,
    .close = close_sort,
};
