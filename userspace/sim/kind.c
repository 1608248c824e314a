// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/kind.h"

#include <stdio.h>
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

const char *sim_kind_names(char *out, size_t size)
{
    size_t length = 0;

    out[0] = '\0';
    for (size_t i = 0; i < KINDS && length < size; i++)
        length +=
            (size_t)snprintf(out + length, size - length, "%s%s%s%s", i ? ", " : "", kinds[i]->name,
                             kinds[i]->argument ? ":" : "", kinds[i]->argument ? kinds[i]->argument : "");
    return out;
}
