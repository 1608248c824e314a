// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completions for shells, generated from the option tables: the possible values of each option and operand. A
 * new shell is one file that prints its script, and one line in completion.c.
 */
#pragma once

#include "base/options.h"
#include "command/commands.h"

enum completion_kind {
    COMPLETION_NONE,  /* not known: numbers, rates, addresses */
    COMPLETION_NAMES, /* the names of completion_value_at() */
    COMPLETION_LIST,  /* such names, separated by commas */
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
    COMPLETION_TEXT_SIZE = 512, /* room for an option's help */
};

/* completion_of() returns the kind of an option's value; COMPLETION_NONE for a switch. */
enum completion_kind completion_of(const struct option_spec *spec);

/* completion_of_operands() returns the kind of the operands; names in the table are possible in addition. */
enum completion_kind completion_of_operands(const struct option_table *table);

/* completion_is_optional() returns whether the value may be left out, and so must follow `=`. */
bool completion_is_optional(const struct option_spec *spec);

/* completion_value_at() writes one of the names that are possible as value of an option; returns false behind
 * the last. A name that ends in = or : needs more text. */
bool completion_value_at(const struct option_spec *spec, size_t position, struct completion_value *out);

/* completion_operand_at() does the same for operands. */
bool completion_operand_at(const struct option_table *table, size_t position, struct completion_value *out);

/* completion_describe() writes the first sentence of an option's help in one line, and returns `out`. */
const char *completion_describe(const struct option_spec *spec, char out[COMPLETION_TEXT_SIZE]);

/* completion_each() calls `visit` for every command with options: "survey", "sim run". */
typedef void completion_visitor(const char *path, const struct option_table *table);
void completion_each(completion_visitor *visit);

/* Each prints a script to stdout. */
void completion_print_bash(void);
void completion_print_zsh(void);
void completion_print_fish(void);
