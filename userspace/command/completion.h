// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completions for shells, made from the option tables: what each option and operand may be. A shell is a file
 * that writes a script and a line in completion.c.
 */
#pragma once

#include "base/options.h"
#include "command/commands.h"

enum completion_kind {
    COMPLETION_NONE,  /* nobody can tell: numbers, rates, addresses */
    COMPLETION_NAMES, /* those of completion_value_at() */
    COMPLETION_LIST,  /* of such names, with commas between */
    COMPLETION_FILES,
    COMPLETION_DIRECTORIES,
    COMPLETION_INTERFACES,
    COMPLETION_HOSTS,
    COMPLETION_PROGRAMS,
};

struct completion_value {
    char text[64];
};

enum {
    COMPLETION_TEXT_SIZE = 512, /* room for the help of an option */
};

/* completion_of() says what the value of an option may be; of a switch COMPLETION_NONE. */
enum completion_kind completion_of(const struct option_spec *spec);

/* completion_of_operands() says it of what stands behind the options; names of the table come besides. */
enum completion_kind completion_of_operands(const struct option_table *table);

/* completion_is_optional() says whether a value may be left out, and so can only stand behind `=`. */
bool completion_is_optional(const struct option_spec *spec);

/* completion_value_at() writes one of the names that the value of an option may be; false behind the last.
 * What ends in = or : wants more. */
bool completion_value_at(const struct option_spec *spec, size_t position, struct completion_value *out);

/* completion_operand_at() does so for operands. */
bool completion_operand_at(const struct option_table *table, size_t position, struct completion_value *out);

/* completion_describe() writes the first sentence of an option's help in one line, and returns `out`. */
const char *completion_describe(const struct option_spec *spec, char out[COMPLETION_TEXT_SIZE]);

/* completion_each() visits all commands that have options: "survey", "sim run". */
typedef void completion_visitor(const char *path, const struct option_table *table);
void completion_each(completion_visitor *visit);

/* They write a script to stdout. */
void completion_print_bash(void);
void completion_print_zsh(void);
void completion_print_fish(void);
