// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The location of an address, from a MaxMind DB, the form in which GeoLite2, DB-IP and IPinfo are published. It is
 * read by libmaxminddb. The country is its code (ISO 3166-1), or what the file has instead; the city is its
 * English name. The file is mapped, not read.
 *
 * Source: MaxMind DB File Format Specification, version 2.0.
 */
#pragma once

#include "address.h"
#include "base/error_text.h"

enum {
    PLACE_TEXT_SIZE = 64, /* with the NUL: longer names are cut behind a whole character */
};

struct place_table;

/* Unknown facts are empty texts. The texts are UTF-8, as the file has them, so output must make them printable. */
struct place {
    char country[PLACE_TEXT_SIZE], city[PLACE_TEXT_SIZE];
};

/* place_table_open() returns the table, to be closed by place_table_close(), or NULL with `error` written. */
struct place_table *place_table_open(const char *path, struct error_text *error);
void place_table_close(struct place_table *table); /* NULL is allowed */

/* place_table_find() returns the location of `address`. Where the file is damaged it is unknown, and the damage is
 * counted. place_table_damage() returns how many look-ups met it; 0 for NULL. */
struct place place_table_find(struct place_table *table, struct address address);
uint64_t place_table_damage(const struct place_table *table);
