// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "merge/by_time.h"
#include "merge/gather.h"
#include "merge/outlet.h"
#include "merge/total.h"

struct merge {
    const struct merge_config *config;
    struct gathered gathered;
    struct map map;
    struct by_time heap;
    struct record_output output;
    struct outlet_files outlet;
    uint64_t first_us, last_us; /* when the first part began and the last one ended */
    uint64_t note_us;           /* when the next point of the curve is due */
};

static int refuse(const struct error_text *error)
{
    log_error("merge: %s", error->text);
    return EXIT_UNUSABLE;
}

static int out_of_memory(void)
{
    log_error("merge: out of memory: lower --link-memory, --interface-memory or --duplicate-memory");
    return EXIT_FAILED;
}

/* Names the output that has failed. If none has, the error concerns the output as a whole: the first is
 * named. */
static int say_write_error(const struct merge *merge, int error)
{
    const struct recorders *recorders = &merge->outlet.recorders;
    unsigned i = 0;

    while (i + 1 < recorders->count && !recorder_error(&recorders->list[i]))
        i++;
    const char *path = merge->output.places[recorders_error(recorders) ? i : 0].path;

    if (error == -EPIPE && record_file_is_stdout(path))
        return EXIT_SIGNAL + SIGPIPE;
    log_error("merge: --output: cannot write %s: %s", path, strerror(-error));
    return EXIT_FAILED;
}

/* Each part needs a descriptor. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool are_same(const struct column_list *a, const struct column_list *b)
{
    return a->count == b->count && memcmp(a->columns, b->columns, a->count * sizeof(a->columns[0])) == 0;
}

/* In JSON, a part without records has no columns. */
static int choose_columns(struct merge *merge)
{
    struct column_list chosen = {0};
    const char *path = NULL;

    for (size_t i = 0; merge->config->same_columns && i < merge->gathered.count; i++) {
        struct column_list own = result_files_columns(&merge->gathered.parts[i].files);

        if (!own.count)
            continue;
        if (path && !are_same(&own, &chosen)) {
            log_error("merge: %s has other columns than %s: choose columns with --fields",
                      merge->gathered.parts[i].path, path);
            return EXIT_UNUSABLE;
        }
        chosen = own;
        path = merge->gathered.parts[i].path;
    }
    if (path)
        merge->output.columns = chosen;
    return EXIT_DONE;
}

static int open_parts(struct merge *merge)
{
    struct error_text error;
    struct column_list needed;
    struct span wrong;

    raise_descriptors();
    column_list_parse(&needed, MAP_COLUMNS, &wrong);
    for (size_t i = 0; i < merge->gathered.count; i++)
        if (part_open(&merge->gathered.parts[i], &needed, &error))
            return refuse(&error);
    if (by_time_open(&merge->heap, merge->gathered.parts, merge->gathered.count))
        return out_of_memory();
    return choose_columns(merge);
}

static int open_all(struct merge *merge)
{
    int result =
        map_open(&merge->map, &merge->gathered.plan, &merge->config->memory) ? out_of_memory() : EXIT_DONE;

    if (!result)
        result = open_parts(merge);
    if (result)
        return result;
    int error = outlet_open(&merge->outlet, &merge->output, merge->config->metadata_path);
    if (!error)
        error = recorders_begin(&merge->outlet.recorders, &merge->gathered.whole);
    return error ? say_write_error(merge, error) : EXIT_DONE;
}

static void find_times(struct merge *merge)
{
    merge->first_us = UINT64_MAX;
    for (size_t i = 0; i < merge->gathered.count; i++) {
        const struct part *part = &merge->gathered.parts[i];

        merge->first_us = part->start_us < merge->first_us ? part->start_us : merge->first_us;
        merge->last_us = part->end_us > merge->last_us ? part->end_us : merge->last_us;
    }
    if (merge->last_us < merge->first_us)
        merge->last_us = merge->first_us;
}

static uint64_t probes_at(const struct merge *merge, uint64_t time_us)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < merge->gathered.count; i++)
        sum += part_progress_at(&merge->gathered.parts[i], time_us);
    return sum;
}

/* Points are evenly spaced in time, while parts were running. */
static void note(struct merge *merge, uint64_t time_us)
{
    if (time_us < merge->note_us || time_us > merge->last_us)
        return;
    map_note(&merge->map, time_us > merge->first_us ? time_us - merge->first_us : 0,
             probes_at(merge, time_us));
    merge->note_us = time_us + (merge->last_us - merge->first_us) / DISCOVERY_POINTS + 1;
}

static int merge_records(struct merge *merge)
{
    struct error_text error;
    struct part *part;

    while (!recorders_error(&merge->outlet.recorders) && (part = by_time_first(&merge->heap))) {
        note(merge, part->next.time_us);
        map_add(&merge->map, &part->next);
        recorders_append(&merge->outlet.recorders, &part->next);
        if (by_time_advance(&merge->heap, &error))
            return refuse(&error);
    }
    recorders_finish(&merge->outlet.recorders);
    if (recorders_error(&merge->outlet.recorders))
        return say_write_error(merge, recorders_error(&merge->outlet.recorders));
    map_end(&merge->map, merge->last_us - merge->first_us, probes_at(merge, merge->last_us));
    return EXIT_DONE;
}

/* A run that was killed has no counts to compare with. */
static int check_counts(const struct merge *merge)
{
    for (size_t i = 0; i < merge->gathered.count; i++) {
        const struct part *part = &merge->gathered.parts[i];

        if (result_files_unfinished_tail(&part->files))
            log_warning("merge: %s: the last line is unfinished and left out: was the survey killed?",
                        part->path);
        if (!part->end_us || part->records == part->ledger.written)
            continue;
        log_error("merge: %s has %" PRIu64 " record%s, and %s says %" PRIu64, part->path, part->records,
                  plural(part->records), part->metadata_path, part->ledger.written);
        if (!merge->config->partial)
            return EXIT_UNUSABLE;
    }
    return EXIT_DONE;
}

/* The plan owns the lists; `total` borrows them. */
static void lend(const struct merge *merge, struct survey_metadata *total)
{
    const struct merge_config *config = merge->config;

    total->targets = (struct metadata_list){.prefixes = *targets_list(merge->gathered.plan.targets)};
    total->blocklist = (struct metadata_list){.prefixes = merge->gathered.plan.blocked_listed};
    total->command_line =
        (struct metadata_arguments){(const char *const *)config->argv, (size_t)config->argc};
}

static int write_metadata(struct merge *merge)
{
    struct survey_metadata total = merge->gathered.whole;

    lend(merge, &total);
    int error =
        total_make(&total, merge->gathered.parts, merge->gathered.count, &merge->map, &merge->gathered.gaps);

    if (!error)
        error = outlet_commit(&merge->outlet, &total);
    total_free(&total);
    return error ? say_write_error(merge, error) : EXIT_DONE;
}

static void tell(const struct merge *merge)
{
    uint64_t written = recorders_written(&merge->outlet.recorders);
    uint64_t found = graph_interfaces(merge->map.graph);
    char records[NUMBER_TEXT_SIZE], interfaces[NUMBER_TEXT_SIZE], links[NUMBER_TEXT_SIZE];

    if (!merge->config->quiet)
        log_info("merged %zu part%s: %s record%s, %s interface%s%s, %s link%s%s", merge->gathered.count,
                 plural(merge->gathered.count), number_group(written, records), plural(written),
                 number_group(found, interfaces), plural(found),
                 graph_interfaces_complete(merge->map.graph) ? "" : " (raise --interface-memory)",
                 number_group(graph_links(merge->map.graph), links), plural(graph_links(merge->map.graph)),
                 graph_links_complete(merge->map.graph) ? "" : " (raise --link-memory)");
}

static int run(struct merge *merge)
{
    int result = gather(&merge->gathered, merge->config);

    if (!result)
        result = open_all(merge);
    if (result)
        return result;
    find_times(merge);
    result = merge_records(merge);
    if (!result)
        result = check_counts(merge);
    if (!result)
        result = write_metadata(merge);
    if (!result)
        tell(merge);
    return result;
}

static void close_all(struct merge *merge)
{
    outlet_close(&merge->outlet);
    by_time_close(&merge->heap);
    map_close(&merge->map);
    gathered_free(&merge->gathered);
}

int merge_run(const struct merge_config *config)
{
    struct merge merge = {.config = config, .output = config->output};

    outlet_init(&merge.outlet);
    int result = run(&merge);

    close_all(&merge);
    return result;
}
