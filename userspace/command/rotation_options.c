// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/rotation_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit_code.h"
#include "session/refuse.h"

/* Files of an earlier run are not overwritten without --overwrite, and not left beside those of this one. */
static int look_for_leftovers(struct rotation *rotation, const char *output, bool harmless)
{
    int error = rotation_look(rotation);
    char *path;

    if (error && error != -ENOENT) /* the check of all files reports it in more detail */
        return command_refuse("survey", "--rotate: cannot read the directory of %s: %s", output,
                              strerror(-error));
    if (!rotation->left_count || rotation->overwrite || harmless)
        return EXIT_DONE;
    path = rotation_path(rotation, rotation->left[0]);
    command_refuse("survey",
                   "--rotate: there is a file '%s' already: give --overwrite to remove it, or another name",
                   path ? path : "");
    free(path);
    return EXIT_UNUSABLE;
}

static int rotate(struct rotated_outputs *self, struct output_place *place, uint64_t size, bool overwrite,
                  bool harmless)
{
    struct rotation *rotation = &self->rotations[self->count];
    char **first = &self->first[self->count++];
    const char *output = place->path;

    if (rotation_init(rotation, output, size))
        return command_refuse("survey", "out of memory");
    rotation->overwrite = overwrite;
    rotation->in_parts = place->format->sealed;
    *first = rotation_path(rotation, 0);
    place->path = *first;
    place->rotation = rotation;
    return *first ? look_for_leftovers(rotation, output, harmless)
                  : command_refuse("survey", "out of memory");
}

int rotation_options_choose(struct rotated_outputs *self, struct record_output *output, uint64_t size,
                            bool harmless)
{
    int result = EXIT_DONE;

    for (unsigned i = 0; i < output->count && !result; i++)
        result = rotate(self, &output->places[i], size, output->overwrite, harmless);
    return result;
}

void rotation_options_free(struct rotated_outputs *self)
{
    for (unsigned i = 0; i < self->count; i++) {
        rotation_free(&self->rotations[i]);
        free(self->first[i]);
    }
    *self = (struct rotated_outputs){0};
}
