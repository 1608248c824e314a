// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where an address is said to be: a MaxMind DB, as GeoLite2, DB-IP and IPinfo are published, by libmaxminddb. The country is
 * its code (ISO 3166-1), or what else the file has; the city its English name. The file is mapped, not read.
 *
 * Source: MaxMind DB File Format Specification, version 2.0.
 */
#pragma once

#include "address.h"
#include "base/error_text.h"

enum {
    PLACE_TEXT_SIZE = 64, /* its NUL included: longer names are cut behind a whole character */
};

struct place_table;

/* What is not known is an empty text. UTF-8, as the file has it: whoever shows it makes it printable. */
struct place {
    char country[PLACE_TEXT_SIZE], city[PLACE_TEXT_SIZE];
};

/* place_table_open() returns the table, for place_table_close(); NULL with `error` written. */
struct place_table *place_table_open(const char *path, struct error_text *error);
void place_table_close(struct place_table *table); /* NULL is allowed */

/* place_table_find() says where `address` is. */
struct place place_table_find(const struct place_table *table, struct address address);
