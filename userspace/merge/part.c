// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/part.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"

enum {
    COLUMN_SECONDS, /* index of the seconds in a row of the discovery curve: survey/discovery.c */
    COLUMN_PROBES,
};

/* What the merged metadata keeps of each part. */
static const char *const told_keys[] = {"shard",   "key",        "state",  "stopped", "resumed",
                                        "version", "host",       "nic",    "source",  "start_us",
                                        "end_us",  "asked_rate", "probes", NULL};

static int keep_progress(struct part *part, const json_t *discovery)
{
    const json_t *points = json_object_get(discovery, "points"), *row;
    size_t i;

    part->progress = calloc(json_array_size(points) + 1, sizeof(*part->progress));
    if (!part->progress)
        return -ENOMEM;
    json_array_foreach(points, i, row)
    {
        double seconds = json_number_value(json_array_get(row, COLUMN_SECONDS));
        json_int_t probes = json_integer_value(json_array_get(row, COLUMN_PROBES));

        part->progress[part->progress_count++] = (struct part_progress){
            .us = seconds > 0 ? (uint64_t)(seconds * US_PER_S) : 0,
            .probes = probes > 0 ? (uint64_t)probes : 0,
        };
    }
    return 0;
}

int part_describe(struct part *part, const struct survey_metadata *metadata, struct error_text *error)
{
    part->shard = shard_is_whole(&metadata->shard) ? (struct shard){0, 1} : metadata->shard;
    part->key = metadata->key;
    part->state = metadata->state;
    part->start_us = metadata->start_us;
    part->end_us = metadata->ended ? metadata->end_us : 0;
    part->probes = metadata->probes;
    part->ledger = metadata->ledger;
    part->asked_rate = metadata->asked_rate;
    part->threads = metadata->threads;
    part->told = metadata_pick(metadata, told_keys);
    part->sim_counters = json_incref(json_object_get(metadata->sim, "counters"));
    if (!part->told || keep_progress(part, metadata->discovery))
        return error_text_set(error, -ENOMEM, "out of memory");
    return result_files_of(&part->files, part->path, metadata, error);
}

int part_next(struct part *part, struct error_text *error)
{
    int got = result_files_next(&part->files, &part->next, error);

    part->has_next = got > 0;
    part->records += part->has_next;
    return got < 0 ? got : 0;
}

int part_open(struct part *part, const struct column_list *needed, struct error_text *error)
{
    int result = result_files_open(&part->files, needed, error);

    return result ? result : part_next(part, error);
}

/* Interpolates between two points. */
static uint64_t between(struct part_progress from, struct part_progress to, uint64_t us)
{
    double share = to.us > from.us ? (double)(us - from.us) / (double)(to.us - from.us) : 1;

    return from.probes + (uint64_t)(share * (double)(to.probes - from.probes));
}

uint64_t part_progress_at(struct part *part, uint64_t time_us)
{
    uint64_t us = time_us > part->start_us ? time_us - part->start_us : 0;
    size_t place = part->progress_place;

    if (part->end_us && time_us >= part->end_us)
        return part->ledger.generated;
    while (place < part->progress_count && part->progress[place].us <= us)
        place++;
    part->progress_place = place;

    struct part_progress from = place ? part->progress[place - 1] : (struct part_progress){0, 0};
    return place < part->progress_count ? between(from, part->progress[place], us) : from.probes;
}

void part_close(struct part *part)
{
    result_files_close(&part->files);
    json_decref(part->told);
    json_decref(part->sim_counters);
    free(part->progress);
    *part = (struct part){0};
}
