// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/choices.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int choices_find(choice_at *choices, const char *name)
{
    struct choice choice;

    for (int i = 0; choices((size_t)i, &choice); i++)
        if (strcmp(choice.name, name) == 0)
            return i;
    return -1;
}

enum {
    HELP_WIDTH = 88, /* columns of a line, if there are many names */
};

static const char *more_of(const struct choice *choice)
{
    return choice->more ? choice->more : "";
}

const char *choices_text(choice_at *choices, char out[CHOICES_TEXT_SIZE])
{
    struct choice choice;
    size_t length = 0;

    out[0] = '\0';
    for (size_t i = 0; length < CHOICES_TEXT_SIZE && choices(i, &choice); i++)
        length += (size_t)snprintf(out + length, CHOICES_TEXT_SIZE - length, "%s%s%s", i ? ", " : "",
                                   choice.name, more_of(&choice));
    return out;
}

int choices_refuse(choice_at *choices, const char *name, struct error_text *error)
{
    char names[CHOICES_TEXT_SIZE];

    return error_text_set(error, -EINVAL, "there is no '%s', only %s", name, choices_text(choices, names));
}

/* Returns the width of the longest name; 0 if none has a help. */
static int width_of(choice_at *choices)
{
    struct choice choice;
    bool helpful = false;
    int width = 0;

    for (size_t i = 0; choices(i, &choice); i++) {
        int length = (int)(strlen(choice.name) + strlen(more_of(&choice)));

        helpful |= choice.help != NULL;
        width = length > width ? length : width;
    }
    return helpful ? width : 0;
}

/* Breaks lines at blanks. */
static void print_wrapped(const char *names, int column)
{
    int place = HELP_WIDTH;

    for (const char *separator = ""; *names; separator = "\n") {
        int length = (int)strcspn(names, " ");

        if (place + 1 + length > HELP_WIDTH) {
            printf("%s%*s", separator, column, "");
            place = column;
        } else {
            place += printf(" ");
        }
        place += printf("%.*s", length, names);
        names += length + (names[length] == ' ');
    }
    putchar('\n');
}

void choices_print_help(choice_at *choices, int column)
{
    char names[CHOICES_TEXT_SIZE];
    int width = width_of(choices);
    struct choice choice;

    if (!width)
        print_wrapped(choices_text(choices, names), column);
    for (size_t i = 0; width && choices(i, &choice); i++) {
        int length = printf("%*s%s%s", column, "", choice.name, more_of(&choice));

        if (choice.help)
            printf("%*s%s", column + width + 2 - length, "", choice.help);
        putchar('\n');
    }
}
