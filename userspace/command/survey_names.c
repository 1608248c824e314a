// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/survey_names.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME(field) TYPED_OFFSET(struct survey_options, field, const char *)

static const size_t names[] = {
    NAME(targets.targets_file),
    NAME(records.output.names[0]),
    NAME(records.output.names[1]),
    NAME(records.output.names[2]),
    NAME(records.output.names[3]),
    NAME(metadata),
    NAME(status_file),
    NAME(state),
    NAME(control),
    NAME(capture.path),
    NAME(prometheus.file),
};

_Static_assert(OUTPUTS_MAX == 4, "each output has a name above");

static bool is_relative(const char *name)
{
    return name && name[0] != '/' && strcmp(name, "-") != 0;
}

static int settle(struct survey_names *self, const char *directory, const char **name)
{
    char **texts = realloc(self->texts, (self->count + 1) * sizeof(*texts)), *text;

    if (!texts)
        return -ENOMEM;
    self->texts = texts;
    if (asprintf(&text, "%s/%s", directory, *name) < 0)
        return -ENOMEM;
    texts[self->count++] = text;
    *name = text;
    return 0;
}

static bool are_one(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool survey_names_are_elsewhere(const char *directory)
{
    return directory && access(directory, F_OK) == 0 && !are_one(directory, ".");
}

int survey_names_settle(struct survey_names *self, const char *directory, struct survey_options *options)
{
    struct option_list *blocklists = &options->targets.blocklists;
    int error = 0;

    if (!survey_names_are_elsewhere(directory))
        return 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !error; i++) {
        const char **name = (const char **)(void *)((char *)options + names[i]);

        error = is_relative(*name) ? settle(self, directory, name) : 0;
    }
    for (size_t i = 0; i < blocklists->count && !error; i++)
        error = is_relative(blocklists->values[i]) ? settle(self, directory, &blocklists->values[i]) : 0;
    return error;
}

void survey_names_free(struct survey_names *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->texts[i]);
    free(self->texts);
    *self = (struct survey_names){0};
}

/* The file may not exist yet, or only some of its numbered files. */
bool survey_names_are_equal(const char *a, const char *b)
{
    if (!a || !b || strcmp(a, b) == 0)
        return !a == !b;
    char *one = strdup(a), *other = strdup(b);
    const char *slash_a = strrchr(a, '/'), *slash_b = strrchr(b, '/');
    bool equal = one && other && strcmp(slash_a ? slash_a + 1 : a, slash_b ? slash_b + 1 : b) == 0 &&
                 are_one(dirname(one), dirname(other));

    free(one);
    free(other);
    return equal;
}
