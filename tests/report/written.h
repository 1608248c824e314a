// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a function writes to a stream, as a string, for free():
 *
 *   struct written written;
 *
 *   written_begin(&written);
 *   markup_text("<", written.out);
 *   char *text = written_end(&written);
 */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct written {
    FILE *out;
    char *text;
    size_t size;
};

static inline void written_begin(struct written *written)
{
    written->out = open_memstream(&written->text, &written->size);
    cr_assert_not_null(written->out);
}

static inline char *written_end(struct written *written)
{
    fclose(written->out);
    return written->text;
}

static inline unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;

    for (; (text = strstr(text, of)); text += strlen(of))
        count++;
    return count;
}
