// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "command/completion.h"

/* The meaning of placeholders in the tables of all commands. */
static const struct {
    const char *word;
    enum completion_kind kind;
} placeholders[] = {
    {"FILE", COMPLETION_FILES}, {"PATH", COMPLETION_FILES},       {"RESULTS", COMPLETION_FILES},
    {"IN", COMPLETION_FILES},   {"DIR", COMPLETION_DIRECTORIES},  {"IF", COMPLETION_INTERFACES},
    {"HOST", COMPLETION_HOSTS}, {"COMMAND", COMPLETION_PROGRAMS},
};

/* Only the first word of a placeholder counts: for "FILE.meta.json", "IF[,IF…]", "-- COMMAND [ARGUMENT]…". */
static enum completion_kind kind_of(const char *placeholder)
{
    placeholder += strspn(placeholder, "[=- ");
    size_t length = 0;

    while (isupper((unsigned char)placeholder[length]))
        length++;
    for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
        if (strlen(placeholders[i].word) == length && strncmp(placeholders[i].word, placeholder, length) == 0)
            return placeholders[i].kind;
    return COMPLETION_NONE;
}

/* Returns whether it lists values, as "on|off"; words in capitals are placeholders. */
static bool is_alternatives(const char *placeholder)
{
    return islower((unsigned char)placeholder[0]) && strchr(placeholder, '|');
}

enum completion_kind completion_of(const struct option_spec *spec)
{
    if (!spec->argument)
        return COMPLETION_NONE;
    if (spec->choices)
        return strncmp(spec->argument, "LIST", 4) == 0 ? COMPLETION_LIST : COMPLETION_NAMES;
    return is_alternatives(spec->argument) ? COMPLETION_NAMES : kind_of(spec->argument);
}

enum completion_kind completion_of_operands(const struct option_table *table)
{
    return kind_of(table->operands);
}

bool completion_is_optional(const struct option_spec *spec)
{
    return spec->argument && spec->argument[0] == '[';
}

/* Writes the first word of the name, and what must follow it: "routes:" for "routes:FILE". */
static void write_name(const struct choice *choice, struct completion_value *out)
{
    const char *more = choice->more ? choice->more : "";
    int follows = more[0] == ':' || more[0] == '=';

    snprintf(out->text, sizeof(out->text), "%.*s%.*s", (int)strcspn(choice->name, " "), choice->name, follows,
             more);
}

/* Each choice is followed by its own options: "adaptive,gap=". */
static bool choice_value_at(choice_at *choices, size_t position, struct completion_value *out)
{
    struct choice choice;

    for (size_t i = 0; choices(i, &choice); i++) {
        if (position-- == 0) {
            write_name(&choice, out);
            return true;
        }
        for (const struct option_spec *own = choice.options; own && own->name; own++)
            if (position-- == 0) {
                snprintf(out->text, sizeof(out->text), "%s,%s%s", choice.name, own->name,
                         own->argument ? "=" : "");
                return true;
            }
    }
    return false;
}

static bool alternative_at(const char *text, size_t position, struct completion_value *out)
{
    for (; position && text; position--) {
        text = strchr(text, '|');
        text = text ? text + 1 : NULL;
    }
    if (text)
        snprintf(out->text, sizeof(out->text), "%.*s", (int)strcspn(text, "|"), text);
    return text != NULL;
}

bool completion_value_at(const struct option_spec *spec, size_t position, struct completion_value *out)
{
    if (spec->choices)
        return choice_value_at(spec->choices, position, out);
    return spec->argument && is_alternatives(spec->argument) && alternative_at(spec->argument, position, out);
}

bool completion_operand_at(const struct option_table *table, size_t position, struct completion_value *out)
{
    return table->choices && choice_value_at(table->choices, position, out);
}

const char *completion_describe(const struct option_spec *spec, char out[COMPLETION_TEXT_SIZE])
{
    static const char *const ends[] = {"; ", " ("};

    snprintf(out, COMPLETION_TEXT_SIZE, "%s", spec->help ? spec->help : "");
    for (char *p = out; *p; p++)
        if (*p == '\n')
            *p = ' ';
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char *end = strstr(out, ends[i]);

        if (end)
            *end = '\0';
    }
    return out;
}
