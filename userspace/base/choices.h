// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names that a user may choose from. The table that has the things themselves tells them, so that --help,
 * messages and what is understood are always the same names.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error_text.h"

enum {
    CHOICES_TEXT_SIZE = 512, /* room for the names of every table there is */
};

struct option_spec;

struct choice {
    const char *name;
    const char *more;                  /* what is written behind the name, ":FILE"; NULL: nothing */
    const char *help;                  /* what it is; NULL where the name says it */
    const struct option_spec *options; /* of its own, written behind it as ",KEY=VALUE"; NULL: none */
};

/* Writes the choice at a position of a table; false behind its last. */
typedef bool choice_at(size_t position, struct choice *out);

/* choice_of() is the body of a choice_at() whose choices stand in an array. */
static inline bool choice_of(const struct choice *list, size_t count, size_t position, struct choice *out)
{
    if (position < count)
        *out = list[position];
    return position < count;
}

/* choices_find() returns the position of a name, or -1. */
int choices_find(choice_at *choices, const char *name);

/* choices_text() writes "ring, xsk, live", for messages, and returns `out`. */
const char *choices_text(choice_at *choices, char out[CHOICES_TEXT_SIZE]);

/* choices_refuse() writes that `name` is none of them, and which there are. Returns -EINVAL. */
int choices_refuse(choice_at *choices, const char *name, struct error_text *error);

/* choices_print_help() writes them to stdout, each line indented by `column`: one each with its help, or all
 * in one where none has any. */
void choices_print_help(choice_at *choices, int column);
