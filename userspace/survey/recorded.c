// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/recorded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/part_file.h"
#include "base/unpacked_file.h"
#include "output/results.h"
#include "output/rotation.h"

/* Returns the file's present name: a file left by a kill does not have its final name yet. */
static char *file_path(const struct output_place *what, unsigned number)
{
    char *path = what->rotation ? rotation_path(what->rotation, number) : strdup(what->path);
    char *part = path && what->format->sealed && access(path, F_OK) ? part_file_path(path) : NULL;

    if (!part || access(part, F_OK)) {
        free(part);
        return path;
    }
    free(path);
    return part;
}

static unsigned last_file(const struct output_place *what)
{
    return what->rotation ? rotation_last_to_read(what->rotation) : 0;
}

static uint64_t size_of(const char *path)
{
    struct stat file;

    return path && stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

uint64_t recorded_size(const struct output_place *what)
{
    unsigned last = last_file(what);
    uint64_t size = 0;

    for (unsigned number = 0; number <= last; number++) {
        char *path = file_path(what, number);

        size += size_of(path);
        free(path);
    }
    return size;
}

int recorded_open(struct recorded *self, const struct destination *destination,
                  const struct record_output *output, const struct column_list *needed, uint64_t durable,
                  struct error_text *error)
{
    *self = (struct recorded){
        .what = destination->place,
        .columns = &output->columns,
        .needed = *needed,
        .durable = durable,
        .last = last_file(destination->place),
    };
    /* If the first file was just created, it did not exist before. */
    return destination->created && self->last
               ? error_text_set(error, -ENOENT,
                                "%s is missing, although later files of the same output exist",
                                self->what->path)
               : 0;
}

void recorded_end(struct recorded *self)
{
    if (self->results)
        results_close(self->results);
    free(self->path);
    self->results = NULL;
    self->path = NULL;
}

/* Everything behind the last whole frame is dropped, even whole records, because nothing can be appended to a
 * frame. */
static int open_packed(struct recorded *self, struct error_text *error)
{
    int code = unpacked_file_find_end(self->path, &self->whole);

    if (code)
        return error_text_set(error, code, "%s: cannot be read: %s", self->path, strerror(-code));
    if (self->whole)
        return results_open_part(&self->results, self->path, self->whole, &self->needed, error);
    self->ended = true;
    return 0;
}

static int open_file(struct recorded *self, struct error_text *error)
{
    free(self->path);
    self->path = file_path(self->what, self->number);
    if (!self->path)
        return error_text_set(error, -ENOMEM, "out of memory");
    return self->what->packing ? open_packed(self, error)
                               : results_open(&self->results, self->path, &self->needed, error);
}

/* Groups that are not known to be durable may be damaged inside, where damage is not visible as it is in a
 * line. */
static bool is_as_far_as_it_lasts(const struct recorded *self)
{
    return self->what->format->sealed && self->records >= self->durable && !results_beyond(self->results);
}

/* Records read from a damaged group are dropped. Where not even the header is whole, records continue in the
 * file before. */
static void note_place(struct recorded *self)
{
    uint64_t position = self->what->packing ? self->whole : results_position(self->results);

    self->records -= results_beyond(self->results);
    bool is_cut = results_unfinished_tail(self->results) || !position || is_as_far_as_it_lasts(self) ||
                  (self->what->packing && size_of(self->path) > self->whole);

    if (position)
        self->place = (struct record_place){self->number, position};
    self->ended |= is_cut;
    self->bytes += is_cut ? position : size_of(self->path);
}

static int check_columns(const struct recorded *self, struct error_text *error)
{
    return results_fit(self->results, self->what->format, self->columns)
               ? 0
               : error_text_set(error, -ESTALE, "%s has another format or other columns", self->path);
}

/* Called when all readable records of the file were read. */
static int end_file(struct recorded *self, struct error_text *error)
{
    int code = check_columns(self, error);

    note_place(self);
    results_close(self->results);
    self->results = NULL;
    self->ended |= code || self->number == self->last;
    self->number++;
    return code;
}

/* A crash cannot damage data in a whole frame that unpacks. */
static int judge_damage(struct recorded *self, int code, struct error_text *error)
{
    int other = check_columns(self, error);

    self->ended = true;
    if (other || code == -ENOMEM || self->what->packing)
        return code == -ENOMEM ? code : -ESTALE;
    note_place(self);
    return code;
}

/* Returns 1, or 0 where the file has no further record. */
static int next_of_file(struct recorded *self, struct record *out, struct error_text *error)
{
    int got = is_as_far_as_it_lasts(self) ? 0 : results_next(self->results, out, error);

    self->records += got == 1;
    return got < 0 ? judge_damage(self, got, error) : got;
}

int recorded_next(struct recorded *self, struct record *out, struct error_text *error)
{
    int got = 0;

    while (got == 0 && !self->ended) {
        got = self->results ? 0 : open_file(self, error);
        if (got)
            self->ended = true;
        else if (self->results)
            got = next_of_file(self, out, error);
        if (!got && self->results)
            got = end_file(self, error);
    }
    return got;
}
