// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/kind.h"

#include <string.h>

static const struct sim_kind *const kinds[] = {
    &sim_kind_synthetic,
    &sim_kind_routes,
    &sim_kind_edges,
    &sim_kind_linux,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const struct sim_kind *sim_kind_find(const char *text, const char **argument)
{
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);

    *argument = colon ? colon + 1 : NULL;
    for (size_t i = 0; i < KINDS; i++)
        if (strlen(kinds[i]->name) == length && memcmp(kinds[i]->name, text, length) == 0)
            return kinds[i];
    return NULL;
}

bool sim_kind_choices(size_t position, struct choice *out)
{
    if (position >= KINDS)
        return false;

    const struct sim_kind *kind = kinds[position];
    *out = (struct choice){.name = kind->name, .more = kind->argument, .help = kind->help};
    return true;
}
