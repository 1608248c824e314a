// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a function writes to stdout or stderr, as text: as often as a test likes, through the descriptor,
 * since the log does not use stdio.
 *
 *   struct capture capture = capture_start(STDERR_FILENO);
 *   log_error("no");
 *   cr_assert_str_eq(capture_end(&capture), "hopwire: no\n");
 */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct capture {
    int captured; /* the descriptor that is redirected */
    int original; /* where it led before */
    int file;
    char text[8192];
};

static inline struct capture capture_start(int captured)
{
    struct capture capture = {.captured = captured};

    fflush(NULL);
    capture.original = dup(captured);
    capture.file = memfd_create("capture", MFD_CLOEXEC);
    cr_assert(capture.original >= 0 && capture.file >= 0);
    cr_assert_geq(dup2(capture.file, captured), 0);
    return capture;
}

/* capture_end() restores the descriptor and returns what was written to it. */
static inline const char *capture_end(struct capture *capture)
{
    fflush(NULL);
    dup2(capture->original, capture->captured);
    ssize_t length = pread(capture->file, capture->text, sizeof(capture->text) - 1, 0);
    cr_assert_geq(length, 0);
    capture->text[length] = '\0';
    close(capture->original);
    close(capture->file);
    return capture->text;
}
