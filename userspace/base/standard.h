// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The descriptors that a program has at its start, and the only way for text to stdout.
 *
 *   printf() -> stdout's buffer -> printable.h -> write(2)
 *                                                  the first error is kept, later text is dropped
 *
 * Code that prints need not check for errors: main() does so at the end, and long loops check ferror(stdout).
 * Records are written directly to descriptor 1, because they contain no text of unknown origin.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/printable.h"

enum {
    STANDARD_CHUNK = 4096, /* bytes that are made printable at a time */
};

struct standard_output {
    int fd;
    int error; /* 0 or the negative errno of the first write that failed */
    FILE *before;
    size_t waiting; /* bytes in `raw` of a character that is not complete yet */
    char raw[STANDARD_CHUNK];
    char text[PRINTABLE_GROWTH * STANDARD_CHUNK];
};

/*
 * standard_reserve() opens those of the descriptors 0 to 2 that are closed. Otherwise the next file would get
 * such a number, and with it the text for stdout. They lead to /dev/null, stdin for writing only and stdout for
 * reading only, so that their use fails (EBADF) as if they were closed. Returns 0 or a negative errno.
 */
int standard_reserve(void);

/* standard_usable() returns false for an stdin that cannot be read and an stdout that cannot be written: they
 * were closed at the start, or opened in the wrong mode. */
bool standard_usable(int fd);

/* standard_output_stream() returns a stream to `fd` as shown above, line-buffered on a terminal, or NULL when
 * memory is short. `output` must exist for as long as the stream. */
FILE *standard_output_stream(struct standard_output *output, int fd);

/* standard_output_open() replaces stdout by such a stream. It returns 0 or -ENOMEM. standard_output_close()
 * writes what is left and restores stdout. It returns the first error of all writes, as a negative errno, or 0. */
int standard_output_open(struct standard_output *output);
int standard_output_close(struct standard_output *output);
