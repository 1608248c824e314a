// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/recall.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/stop_signal.h"
#include "base/unpacked_file.h"
#include "knowledge/graph_record.h"
#include "output/results.h"
#include "output/rotation.h"
#include "survey/parts.h"
#include "target/path.h"

enum {
    /* As a receiver's batch: the cache misses of so many records overlap. */
    BATCH = 64,
};

struct recollection {
    struct survey *survey;
    struct graph_handle *graph;
    char *path; /* of the file that is read */
    struct results *results;
    bool refused; /* by us, whatever comes behind */
    struct recalled *out;
    struct record records[BATCH];
    uint64_t paths[BATCH], targets[BATCH];
    unsigned count;
};

static const char *const needed[] = {
    "responder", "target", "flow", "probe_ttl", "icmp_type", "icmp_code", "flags",
};

static void list_needed(struct column_list *list)
{
    *list = (struct column_list){0};
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        list->columns[list->count++] = column_find((struct span){needed[i], strlen(needed[i])});
}

static bool is_in_survey(const struct matcher *matcher, const struct record *record, uint64_t *target)
{
    return record->probe_ttl >= matcher->min_ttl && record->probe_ttl <= matcher->max_ttl &&
           record->flow < matcher->flows &&
           targets_find_flow(matcher->targets, record->target_address, record->flow, target);
}

/* engine/receiver.c has the same of a reply that has just come. */
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

/* Of a rewritten probe not even the target is known. */
static int take(struct recollection *self, struct error_text *error)
{
    const struct matcher *matcher = &self->survey->matcher;
    const struct record *record = &self->records[self->count];
    uint64_t target;

    self->out->records++;
    if (record->flags & (RECORD_DUPLICATE | RECORD_REWRITTEN))
        return 0;
    if (!is_in_survey(matcher, record, &target))
        return error_text_set(error, -ESTALE, "%s: record %" PRIu64 " is of another survey", self->path,
                              self->out->records);
    self->targets[self->count] = target;
    self->paths[self->count] = path_of(target, record->flow, matcher->flows);
    if (++self->count < BATCH)
        return 0;
    settle(self);
    return stop_signal_pending() ? -EINTR : 0;
}

static int check_columns(const struct recollection *self, struct error_text *error)
{
    const struct record_output *output = self->survey->results.output;

    return results_fit(self->results, output->places[0].format, &output->columns)
               ? 0
               : error_text_set(error, -ESTALE, "%s has another format or other columns", self->path);
}

/* 0 where all of the file was read; 1, or a negative errno with a line, where its end or a damaged place was
 * come to, behind which is nothing. */
static int read_records(struct recollection *self, struct error_text *error)
{
    int got = 0, refused = 0;

    while (!refused && (got = results_next(self->results, &self->records[self->count], error)) == 1)
        refused = take(self, error);
    settle(self);
    if (!refused)
        refused = check_columns(self, error);
    if (refused) {
        self->refused = true;
        return refused;
    }
    return got ? got : results_unfinished_tail(self->results) || !results_position(self->results);
}

/* Where not even a header is whole, records go on in the file before. */
static void note_place(struct recollection *self, unsigned number, uint64_t position)
{
    if (position)
        self->out->place = (struct record_place){number, position};
    self->out->bytes += position;
}

static int read_plain(struct recollection *self, unsigned number, const struct column_list *columns,
                      struct error_text *error)
{
    int code = results_open(&self->results, self->path, columns, error);

    if (code)
        return code;
    code = read_records(self, error);
    note_place(self, number, results_position(self->results));
    results_close(self->results);
    return code;
}

/* What stands behind the last frame that has ended goes, whole records too: nothing can be appended to a frame. */
static int read_packed(struct recollection *self, unsigned number, const struct column_list *columns,
                       struct error_text *error)
{
    uint64_t end;
    struct stat file;
    int code = unpacked_file_find_end(self->path, &end);

    if (code)
        return error_text_set(error, code, "%s: cannot be read: %s", self->path, strerror(-code));
    if (!end)
        return 1;
    code = results_open_part(&self->results, self->path, end, columns, error);
    if (code)
        return code;
    code = read_records(self, error);
    note_place(self, number, end);
    results_close(self->results);
    if (!code && (stat(self->path, &file) || (uint64_t)file.st_size > end))
        code = 1;
    return code;
}

/* As read_records(). */
static int read_file(struct recollection *self, unsigned number, struct error_text *error)
{
    struct column_list columns;

    list_needed(&columns);
    return self->survey->config->records.places[0].packing ? read_packed(self, number, &columns, error)
                                                           : read_plain(self, number, &columns, error);
}

static char *file_path(const struct survey *survey, unsigned number)
{
    const struct rotation *rotation = survey->config->records.places[0].rotation;

    return rotation ? rotation_path(rotation, number) : strdup(survey->config->records.places[0].path);
}

static unsigned last_file(const struct survey *survey)
{
    const struct rotation *rotation = survey->config->records.places[0].rotation;

    return rotation ? rotation_last(rotation) : 0;
}

static int read_all(struct recollection *self, struct error_text *error)
{
    unsigned last = last_file(self->survey);
    int code = 0;

    for (unsigned number = 0; !code && number <= last; number++) {
        free(self->path);
        self->path = file_path(self->survey, number);
        code = self->path ? read_file(self, number, error) : error_text_set(error, -ENOMEM, "out of memory");
    }
    return code;
}

/* What is damaged behind what the state stands on was not synced. */
static int judge(const struct recollection *self, int code, uint64_t durable, struct error_text *error)
{
    if (self->refused || code == -ENOMEM)
        return code;
    if (self->out->bytes >= durable && (code >= 0 || self->out->bytes))
        return 0;
    return code < 0
               ? code
               : error_text_set(error, -ESTALE,
                                "%s ends after %" PRIu64 " bytes, of which the survey had written %" PRIu64,
                                self->path, self->out->bytes, durable);
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
    unsigned last = last_file(survey);
    uint64_t size = 0;

    for (unsigned number = 0; number <= last; number++) {
        char *path = file_path(survey, number);
        struct stat file;

        if (path && stat(path, &file) == 0)
            size += (uint64_t)file.st_size;
        free(path);
    }
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
    int code = judge(self, read_all(self, error), durable, error);

    graph_close(self->graph);
    free(self->path);
    free(self);
    return code;
}
