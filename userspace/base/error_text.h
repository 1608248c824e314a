// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An error as one line for the user, where a negative errno alone does not say enough. Low layers write it, and
 * the command that called them prints it:
 *
 *     parser     '256' is not a whole number from 0 to 255
 *     reader     a.csv: line 7: '256' is not a whole number from 0 to 255
 *     command    hopwire: score: a.csv: line 7: …
 */
#pragma once

enum {
    /* Room for a path, a line number and a sentence that quotes some words. Longer texts are cut. */
    ERROR_TEXT_SIZE = 512,
};

/* Functions that take one write it only if they fail. */
struct error_text {
    char text[ERROR_TEXT_SIZE];
};

/* error_text_set() writes the line, without a newline, and returns `code`, a negative errno. */
int error_text_set(struct error_text *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* error_text_prefix() puts the place of the error in front of the line: "a.csv: line 7: ". */
void error_text_prefix(struct error_text *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
