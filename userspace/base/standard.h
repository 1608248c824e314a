// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The descriptors that a program is given at its start, and the one way to stdout for text.
 *
 *   printf() -> stdout's buffer -> printable.h -> write(2)
 *                                                  the first error is kept, later text is dropped
 *
 * Whoever prints need not look for errors: ferror(stdout) tells those who would go on for long, and main()
 * asks at the end. Records take descriptor 1 itself: they hold no text from elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/printable.h"

enum {
    STANDARD_CHUNK = 4096, /* bytes made printable at once */
};

struct standard_output {
    int fd;
    int error; /* 0 or the negative errno of the first write that failed */
    FILE *before;
    size_t waiting; /* bytes in `raw` that begin a character */
    char raw[STANDARD_CHUNK];
    char text[PRINTABLE_GROWTH * STANDARD_CHUNK];
};

/*
 * standard_reserve() opens those of the descriptors 0 to 2 that are closed, lest the next file gets their
 * number and what was meant for stdout. They lead to /dev/null, stdin for writing only and stdout for reading
 * only, so that using them fails (EBADF) as if they were closed. 0 or a negative errno.
 */
int standard_reserve(void);

/* standard_usable() is false of an stdin that cannot be read and an stdout that cannot be written: they were
 * closed at the start, or opened the wrong way round. */
bool standard_usable(int fd);

/* standard_output_stream() is a stream to `fd` as shown above, by lines on a terminal; NULL when memory is
 * short. `output` outlives it. */
FILE *standard_output_stream(struct standard_output *output, int fd);

/* standard_output_open() puts such a stream in the place of stdout: 0 or -ENOMEM. standard_output_close()
 * writes what is left, takes it away again, and returns the first error of all: 0 or a negative errno. */
int standard_output_open(struct standard_output *output);
int standard_output_close(struct standard_output *output);
