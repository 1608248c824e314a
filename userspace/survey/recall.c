// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/recall.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/stop_signal.h"
#include "knowledge/graph_record.h"
#include "survey/parts.h"
#include "survey/recorded.h"
#include "target/path.h"

enum {
    /* As large as a receiver's batch: the cache misses of so many records overlap. */
    BATCH = 64,
};

struct recollection {
    struct survey *survey;
    struct graph_handle *graph;
    struct recorded recorded; /* the output being read */
    struct recalled *out;
    struct record records[BATCH];
    uint64_t paths[BATCH], targets[BATCH];
    unsigned count;
};

static const char *const needed_names[] = {
    "responder", "target", "flow", "probe_ttl", "icmp_type", "icmp_code", "flags",
};

static void list_needed(struct column_list *list)
{
    *list = (struct column_list){0};
    for (size_t i = 0; i < sizeof(needed_names) / sizeof(needed_names[0]); i++)
        list->columns[list->count++] = column_find((struct span){needed_names[i], strlen(needed_names[i])});
}

static bool is_in_survey(const struct matcher *matcher, const struct record *record, uint64_t *target)
{
    return record->probe_ttl >= matcher->min_ttl && record->probe_ttl <= matcher->max_ttl &&
           record->flow < matcher->flows &&
           targets_find_flow(matcher->targets, record->target_address, record->flow, target);
}

/* The same steps as in engine/receiver.c for a reply that has just come. */
static void know(struct recollection *self, unsigned i)
{
    struct survey *survey = self->survey;
    const struct record *record = &self->records[i];

    if (answered_mark(&survey->answered, self->paths[i], record->probe_ttl) != ANSWER_FIRST)
        return;
    if (record_reaches(record) && !answered_reach(&survey->answered, self->targets[i]))
        self->out->reached++;
    graph_add_record(self->graph, self->paths[i], record);
}

static void settle(struct recollection *self)
{
    for (unsigned i = 0; i < self->count; i++) {
        answered_prefetch(&self->survey->answered, self->paths[i], self->records[i].probe_ttl,
                          self->targets[i]);
        graph_prefetch(self->graph, self->paths[i], self->records[i].probe_ttl, self->records[i].responder);
    }
    for (unsigned i = 0; i < self->count; i++)
        know(self, i);
    graph_settle(self->graph);
    self->count = 0;
}

/* In a record about a rewritten probe even the target is unknown. */
static int take(struct recollection *self, struct error_text *error)
{
    const struct matcher *matcher = &self->survey->matcher;
    const struct record *record = &self->records[self->count];
    uint64_t target;

    self->out->records++;
    if (record->flags & (RECORD_DUPLICATE | RECORD_REWRITTEN))
        return 0;
    if (!is_in_survey(matcher, record, &target))
        return error_text_set(error, -ESTALE, "%s: record %" PRIu64 " is of another survey",
                              self->recorded.path, self->out->records);
    self->targets[self->count] = target;
    self->paths[self->count] = path_of(target, record->flow, matcher->flows);
    if (++self->count == BATCH)
        settle(self);
    return 0;
}

/* All outputs have the same records in the same order, but some have fewer. */
static int take_new(struct recollection *self, struct error_text *error)
{
    if (self->recorded.records % BATCH == 0 && stop_signal_pending())
        return -EINTR;
    return self->recorded.records > self->out->records ? take(self, error) : 0;
}

/* Returns as recorded_next() after the last record. */
static int read_records(struct recollection *self, struct error_text *error)
{
    int got = 1, refused = 0;

    while (got == 1 && !refused) {
        got = recorded_next(&self->recorded, &self->records[self->count], error);
        if (got == 1)
            refused = take_new(self, error);
    }
    settle(self);
    return refused ? refused : got;
}

/* Damage ends the records, if there are any before it. */
static bool is_refused(const struct recollection *self, int code)
{
    return code == -ESTALE || code == -ENOENT || code == -ENOMEM || code == -EINTR ||
           (code < 0 && !self->recorded.place.position);
}

static int read_output(struct recollection *self, unsigned output, uint64_t durable, struct error_text *error)
{
    const struct record_file *results = &self->survey->results;
    struct recorded *recorded = &self->recorded;
    struct column_list needed;

    list_needed(&needed);
    int code =
        recorded_open(recorded, &results->destinations[output], results->output, &needed, durable, error);
    if (!code)
        code = read_records(self, error);
    self->out->outputs[output] =
        (struct recalled_output){recorded->records, recorded->bytes, recorded->place};
    code = is_refused(self, code) ? code : 0;
    recorded_end(recorded);
    return code;
}

/* Computed from the records read, because the last group of an output may be damaged. */
static void find_fullest(struct recalled *out, unsigned count)
{
    out->records = 0;
    for (unsigned i = 0; i < count; i++) {
        if (out->outputs[i].records <= out->records)
            continue;
        out->records = out->outputs[i].records;
        out->fullest = i;
    }
}

static int read_all(struct recollection *self, uint64_t durable, struct error_text *error)
{
    const struct record_file *results = &self->survey->results;
    int code = 0;

    for (unsigned i = 0; i < results->count && !code; i++)
        code = read_output(self, i, durable, error);
    find_fullest(self->out, results->count);
    if (code || self->out->records >= durable)
        return code;
    return error_text_set(error, -ESTALE,
                          "%s ends after %" PRIu64 " record%s, but the survey had written %" PRIu64,
                          results->output->places[self->out->fullest].path, self->out->records,
                          plural(self->out->records), durable);
}

bool recall_is_possible(const struct column_list *columns)
{
    struct column_list wanted;

    list_needed(&wanted);
    for (unsigned i = 0; i < wanted.count; i++)
        if (!column_list_has(columns, wanted.columns[i]))
            return false;
    return true;
}

uint64_t recall_size(const struct survey *survey)
{
    const struct record_output *output = &survey->config->records;
    uint64_t size = 0;

    for (unsigned i = 0; i < output->count; i++)
        size += recorded_size(&output->places[i]);
    return size;
}

int recall_results(struct survey *survey, uint64_t durable, struct recalled *out, struct error_text *error)
{
    struct recollection *self = calloc(1, sizeof(*self));

    *out = (struct recalled){0};
    if (!self || !(self->graph = graph_open(survey->graph))) {
        free(self);
        return error_text_set(error, -ENOMEM, "out of memory");
    }
    self->survey = survey;
    self->out = out;
    int code = read_all(self, durable, error);

    graph_close(self->graph);
    free(self);
    return code;
}
