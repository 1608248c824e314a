// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes as text, one per line, and the SHA-256 of the whole text (FIPS 180-4), as printed by sha256sum(1).
 * An address is written without a length.
 *
 *   list_text_begin() -> list_text_put() … -> list_text_end()
 */
#pragma once

#include <nettle/sha2.h>
#include <stdio.h>

#include "base/address_text.h"
#include "target/prefix_list.h"

enum {
    LIST_LINE_ROOM = ADDRESS_TEXT_SIZE + sizeof("/128\n"), /* the longest line with its NUL */
    SHA256_TEXT_SIZE = 65,
};

struct list_text {
    FILE *out; /* owned by the caller */
    int error; /* the first one */
    struct sha256_ctx hash;
};

void list_text_begin(struct list_text *self, FILE *out);

/* list_text_put() writes `count` prefixes. */
void list_text_put(struct list_text *self, const struct prefix *prefixes, size_t count);

/* list_text_end() flushes the stream and writes the hash to `sha256`. Returns 0, or a negative errno if not
 * all was written. */
int list_text_end(struct list_text *self, char sha256[SHA256_TEXT_SIZE]);

/* list_text_line() writes the line of one prefix, with its newline, and returns its end. */
char *list_text_line(char line[LIST_LINE_ROOM], struct prefix prefix);

/* list_text_read() reads an open file, closes it, and adds its prefixes to `list`. Writes the hash of what it
 * read to `sha256`. Returns 0, or a negative errno: -EINVAL, also with its hash, for a file that
 * list_text_put() did not write. */
int list_text_read(int fd, struct prefix_list *list, char sha256[SHA256_TEXT_SIZE]);
