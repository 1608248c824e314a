// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/survey_resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "session/refuse.h"
#include "state/state_file.h"
#include "survey/status_file.h"

static bool texts_are_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What must be the same: a text, compared by `are_equal`, or, if that is NULL, `size` bytes. */
struct same {
    const char *option;
    size_t offset, size;
    bool (*are_equal)(const char *a, const char *b);
};

#define SAME_AS(option, field, compare)                                                                      \
    {                                                                                                        \
        option, TYPED_OFFSET(struct survey_options, field, const char *), 0, compare                         \
    }
#define SAME_TEXT(option, field) SAME_AS(option, field, texts_are_equal)
#define SAME_FILE(option, field) SAME_AS(option, field, survey_names_are_equal)
#define SAME(option, field)                                                                                  \
    {                                                                                                        \
        option, offsetof(struct survey_options, field), sizeof(((struct survey_options *)0)->field), NULL    \
    }

static const struct same same[] = {
    SAME_FILE("--targets", targets.targets_file),
    SAME("--allow-special", targets.allow_special),
    SAME("-4", targets.ipv4),
    SAME("-6", targets.ipv6),
    SAME("--granularity", targets.granularity),
    SAME("--granularity6", targets.granularity6),
    SAME("--per-prefix", targets.per_prefix),
    SAME("--host6", targets.host6),
    SAME("--min-ttl", min_ttl),
    SAME("--max-ttl", max_ttl),
    SAME("--flows", flows),
    SAME_TEXT("--flows-by", flows_by),
    SAME_TEXT("--probe", probe.name),
    SAME("--port", probe.port),
    SAME("--seed", seed),
    SAME("--key", key.key),
    SAME("--shard", shard),
    SAME_TEXT("--strategy", strategy),
    SAME("--threads", threads),
    SAME("--sim", sim.given),
    SAME_TEXT("--sim", sim.text),
    SAME_FILE("--output", records.output.names[0]),
    SAME_FILE("--output", records.output.names[1]),
    SAME_FILE("--output", records.output.names[2]),
    SAME_FILE("--output", records.output.names[3]),
    SAME_TEXT("--format", records.format),
    SAME_TEXT("--fields", records.fields),
    SAME("--rotate", rotate),
    SAME_FILE("--metadata", metadata),
    SAME_FILE("--state", state),
};

static bool is_same(const struct same *what, const struct survey_options *a, const struct survey_options *b)
{
    const char *one = (const char *)a + what->offset, *other = (const char *)b + what->offset;

    if (what->size)
        return memcmp(one, other, what->size) == 0;
    return what->are_equal(*(const char *const *)(const void *)one,
                           *(const char *const *)(const void *)other);
}

static int check_same(const char *path, const struct survey_options *before, const struct survey_options *now)
{
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        if (!is_same(&same[i], before, now))
            return command_refuse(
                "survey",
                "--resume: %s differs from that of the survey of %s: leave it out, or begin another survey",
                same[i].option, path);
    return EXIT_DONE;
}

/* A limited rate changes the order of probes, but another limit does not. */
static int check_bound(const char *option, double before, double now)
{
    return (before > 0) == (now > 0) ? EXIT_DONE
                                     : command_refuse("survey",
                                                      "--resume: %s can be changed, also to max, but it "
                                                      "cannot be added to a survey that was begun without it",
                                                      option);
}

static int check_bounds(const struct gentle_bounds *before, const struct gentle_bounds *now)
{
    int result = check_bound("--max-per-prefix", before->per_prefix, now->per_prefix);

    return result ? result : check_bound("--max-per-hop", before->per_hop, now->per_hop);
}

/* Targets that are not given remain the same. */
static int check_targets(const char *path, char **before, char **now)
{
    bool given = *now != NULL;

    for (; given && *before && *now && strcmp(*before, *now) == 0; before++)
        now++;
    return given && (*before || *now)
               ? command_refuse("survey",
                                "--resume: the targets are not those of the survey of %s: leave them out, or "
                                "begin another survey",
                                path)
               : EXIT_DONE;
}

/* Returns "RESULTS" of "RESULTS.meta.json" in `out`; NULL, with 0, if the name is different. */
static int find_results(const char *metadata, char **out)
{
    static const char ending[] = ".meta.json";
    size_t length = strlen(metadata), cut = length > strlen(ending) ? length - strlen(ending) : 0;

    *out = NULL;
    if (!cut || strcmp(metadata + cut, ending) != 0)
        return 0;
    *out = strndup(metadata, cut);
    return *out ? 0 : -ENOMEM;
}

/* Remains of a run that was killed before its metadata existed need not be kept; results of a survey whose
 * metadata were lost must be. */
static bool has_only_begun(const struct survey_options *options)
{
    char *path = options->state ? strdup(options->state) : state_path_for(options->records.output.names[0]);
    bool begun = path && state_file_is_bare(path);

    free(path);
    return begun;
}

static int begin_anew(struct survey_resumption *self, struct survey_options *options)
{
    if (!options->metadata)
        options->metadata = options->resume;
    if (strcmp(options->metadata, options->resume) != 0)
        return command_refuse("survey", "--resume and --metadata name different files");
    if (strcmp(options->records.output.names[0], "-") == 0) {
        if (!self->results)
            return command_refuse("survey", "--resume: there is nothing to resume, and no --output is given");
        options->records.output.names[0] = self->results;
    }
    self->owns.results = has_only_begun(options);
    return EXIT_DONE;
}

/* Needed because options_parse() permutes the words. */
static int copy_command_line(struct survey_resumption *self)
{
    const struct metadata_arguments *line = &self->metadata.command_line;

    self->argv = calloc(line->count + 1, sizeof(*self->argv));
    if (!self->argv)
        return command_refuse("survey", "out of memory");
    memcpy(self->argv, line->values, line->count * sizeof(*self->argv));
    self->argc = (int)line->count;
    return EXIT_DONE;
}

/* Reads the options as they were, including values that were drawn, or were defaults of another version. */
static int read_options(struct survey_resumption *self, const char *path, struct survey_options *out,
                        int *operands)
{
    if (copy_command_line(self))
        return EXIT_UNUSABLE;
    *out = survey_options_default();
    *operands = self->argc ? options_parse(&survey_option_table, self->argc, self->argv, out) : -EINVAL;
    if (*operands < 0)
        return command_refuse("survey", "--resume: %s has no command line that this hopwire can read", path);
    out->seed = self->metadata.seed;
    out->key.key = self->metadata.key;
    out->key.given = true;
    out->flows_by = flows_by_name(self->metadata.flows_by);
    if (self->metadata.strategy)
        out->strategy = self->metadata.strategy;
    return survey_names_settle(&self->names, self->metadata.directory, out)
               ? command_refuse("survey", "out of memory")
               : EXIT_DONE;
}

/* A list that is given replaces the one before, like the value of any option. */
static void keep_list(struct option_list *now, struct option_list *before)
{
    if (now->count)
        options_free_list(before);
    else
        *now = *before;
}

/* Names are compared with their directories: a relative name means another file in another working
 * directory. */
static bool is_own_status(const char *before, const char *now)
{
    return now && survey_names_are_equal(before, now) && status_file_is_one(now);
}

/* Parses the command line again, on top of the options that the survey was started with. */
static void add_options(struct survey_options *before, struct survey_options *options, int argc, char **argv)
{
    struct survey_options now = *before;

    now.listen = now.targets.blocklists = (struct option_list){0};
    now.rate = now.bandwidth = 0;
    now.records.output.count = 0;
    now.records.overwrite = false; /* --overwrite referred to other files then */
    options_parse(&survey_option_table, argc, argv, &now);
    if (now.rate == 0 && now.bandwidth == 0) {
        now.rate = before->rate;
        now.bandwidth = before->bandwidth;
    }
    keep_list(&now.listen, &before->listen);
    keep_list(&now.targets.blocklists, &before->targets.blocklists);
    survey_options_free(options);
    *options = now;
}

static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash + 1 - path) : 0;
}

/* Results are in the directory of their metadata, however that is named; other files that were beside them
 * still are. */
static int find_outputs(struct survey_resumption *self, const char *names[OUTPUTS_MAX])
{
    size_t before = directory_length(names[0]), now = directory_length(self->results);

    for (unsigned i = 1; i < OUTPUTS_MAX && names[i]; i++) {
        if (directory_length(names[i]) != before || strncmp(names[i], names[0], before) != 0)
            continue;
        if (asprintf(&self->others[i], "%.*s%s", (int)now, self->results, names[i] + before) < 0) {
            self->others[i] = NULL;
            return command_refuse("survey", "out of memory");
        }
        names[i] = self->others[i];
    }
    names[0] = self->results;
    return EXIT_DONE;
}

/* Files whose names were not given have their default names in that directory. */
static int find_files(struct survey_resumption *self, struct survey_options *before, const char *path)
{
    int result = EXIT_DONE;

    if (!before->metadata && self->results)
        result = find_outputs(self, before->records.output.names);
    if (!before->metadata)
        before->metadata = path;
    if (!before->state)
        before->state = self->state = state_path_for(before->records.output.names[0]);
    return result || before->state ? result : command_refuse("survey", "out of memory");
}

static int go_on(struct survey_resumption *self, struct survey_options *options, int argc, char **argv,
                 int operands)
{
    const char *path = options->resume;
    struct survey_options before;
    int first, result = read_options(self, path, &before, &first);

    if (!result)
        result = find_files(self, &before, path);
    if (result)
        return result;
    add_options(&before, options, argc, argv);
    result = check_same(path, &before, options);
    if (!result)
        result = check_bounds(&before.bounds, &options->bounds);
    if (!result)
        result = check_targets(path, self->argv + first, argv + operands);
    options->metadata = path;
    self->owns = (struct survey_own_files){
        .results = true,
        .status = is_own_status(before.status_file, options->status_file),
        .capture = survey_names_are_equal(before.capture.path, options->capture.path),
    };
    return result;
}

int survey_resume_options(struct survey_resumption *self, struct survey_options *options, int argc,
                          char **argv, int operands)
{
    struct error_text error;

    if (find_results(options->resume, &self->results))
        return command_refuse("survey", "out of memory");
    if (access(options->resume, F_OK) && errno == ENOENT)
        return begin_anew(self, options);
    if (metadata_read(options->resume, &self->metadata, &error))
        return command_refuse("survey", "--resume: %s", error.text);
    self->found = true;
    return go_on(self, options, argc, argv, operands);
}

void survey_resume_free(struct survey_resumption *self)
{
    if (self->found)
        metadata_free(&self->metadata);
    for (unsigned i = 0; i < OUTPUTS_MAX; i++)
        free(self->others[i]);
    survey_names_free(&self->names);
    free(self->state);
    free(self->results);
    free(self->argv);
    *self = (struct survey_resumption){0};
}
