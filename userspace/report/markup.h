// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text on its way into a page or an image. Names of devices, hosts and files, and what results hold, may have any
 * bytes and any length: they become text that a browser shows and never obeys.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    MARKUP_TEXT_MAX = 200, /* bytes of a text that are shown, where nothing else is said */
};

/* markup_text() writes `text`, NULL being nothing, for XML 1.0 and HTML, also within quotes; what is longer than
 * MARKUP_TEXT_MAX, or `most` bytes, ends in "…". What does not belong into a line is shown as base/printable.h has it. */
void markup_text(const char *text, FILE *out);
void markup_text_up_to(const char *text, size_t most, FILE *out);

/* markup_count() writes a number with its digits in groups (base/number.h), markup_address() an address as text. */
void markup_count(uint64_t count, FILE *out);
void markup_address(struct address address, FILE *out);

/* markup_base64() writes bytes as RFC 4648, section 4, has them: for images within a page. */
void markup_base64(const unsigned char *bytes, size_t length, FILE *out);
