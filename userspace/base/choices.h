// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The names that a user may choose from. They come from the table of the objects that they name, so that
 * --help, messages and the parser always have the same names.
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
    const char *more;                  /* text that follows the name, such as ":FILE"; NULL: none */
    const char *help;                  /* what it is; NULL if the name is clear */
    const struct option_spec *options; /* of this choice, given after it as ",KEY=VALUE"; NULL: none */
};

/* Writes the choice at a position of a table. Returns false for positions after the last one. */
typedef bool choice_at(size_t position, struct choice *out);

/* choice_of() implements a choice_at() for choices in an array. */
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

/* choices_refuse() writes the error that `name` is not among the choices, with a list of these. Returns
 * -EINVAL. */
int choices_refuse(choice_at *choices, const char *name, struct error_text *error);

/* choices_print_help() writes the choices to stdout, each line indented by `column`: one line per choice with
 * its help, or a single line if no choice has help. */
void choices_print_help(choice_at *choices, int column);
