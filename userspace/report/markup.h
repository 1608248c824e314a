// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes text into a page or an image. Names of devices, hosts and files, and the contents of results, may
 * have any bytes and any length: a browser only shows the written text, and never interprets it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

enum {
    MARKUP_TEXT_MAX = 200, /* bytes of a text that are shown by default */
};

/* markup_text() writes `text` (NULL: nothing) for XML 1.0 and HTML, also within quotes. Text longer than
 * MARKUP_TEXT_MAX, or than `most` bytes, is cut and ends in "…". Characters that do not belong in a line are
 * shown as in base/printable.h. */
void markup_text(const char *text, FILE *out);
void markup_text_up_to(const char *text, size_t most, FILE *out);

/* markup_count() writes a number with its digits in groups (base/number.h), markup_address() an address. */
void markup_count(uint64_t count, FILE *out);
void markup_address(struct address address, FILE *out);

/* markup_base64() writes bytes in Base64 (RFC 4648, section 4), for images within a page. */
void markup_base64(const unsigned char *bytes, size_t length, FILE *out);
