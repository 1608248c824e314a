// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes as text, one a line, with the SHA-256 of all of it (FIPS 180-4), as sha256sum(1) prints it. An
 * address is written without its length.
 *
 *   list_text_begin() -> list_text_put() … -> list_text_end()
 */
#pragma once

#include <nettle/sha2.h>
#include <stdio.h>

#include "base/address_text.h"
#include "target/prefix_list.h"

enum {
    LIST_LINE_ROOM = ADDRESS_TEXT_SIZE + sizeof("/128\n"), /* the longest line, and its NUL */
    SHA256_TEXT_SIZE = 65,
};

struct list_text {
    FILE *out; /* the caller's */
    int error; /* the first */
    struct sha256_ctx hash;
};

void list_text_begin(struct list_text *self, FILE *out);

/* list_text_put() writes `count` prefixes. */
void list_text_put(struct list_text *self, const struct prefix *prefixes, size_t count);

/* list_text_end() flushes the stream and tells the hash. 0, or a negative errno if not all was written. */
int list_text_end(struct list_text *self, char sha256[SHA256_TEXT_SIZE]);

/* list_text_line() writes the line of one prefix, with its newline; returns where it ends. */
char *list_text_line(char line[LIST_LINE_ROOM], struct prefix prefix);

/* list_text_read() adds the prefixes of an open file, which it closes, to `list`, and tells the hash of what
 * it read. 0, or a negative errno: -EINVAL for a file that is none of list_text_put(), with its hash
 * nevertheless. */
int list_text_read(int fd, struct prefix_list *list, char sha256[SHA256_TEXT_SIZE]);
