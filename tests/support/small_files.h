// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a few bytes, by name. */
#pragma once

#include <stdio.h>

static inline void put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    fputs(text, file);
    fclose(file);
}

/* "" if there is no such file. Valid until the next call. */
static inline const char *content(const char *name)
{
    static char text[64];
    FILE *file = fopen(name, "r");
    size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

    text[length] = '\0';
    if (file)
        fclose(file);
    return text;
}
