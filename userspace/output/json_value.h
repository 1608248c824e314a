// SPDX-License-Identifier: GPL-2.0-or-later
/* Values that all of our JSON writes alike (jansson). */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

/* json_address() is an address as a string, owned by the caller; NULL when memory is short. */
json_t *json_address(struct address address);

/* json_ms() is a time of `us` microseconds as a number of milliseconds, the unit of all times in what
 * commands print as JSON; records have the columns of every format. */
json_t *json_ms(double us);

/* json_text() is a text from elsewhere as a string, owned by the caller, as base/printable.h shows it: what
 * reads our JSON often prints it. NULL when memory is short. */
json_t *json_text(const char *text);

/* json_bytes() is a name of a file or an argument, for programs that will use it: as it is, but where it is
 * not UTF-8 with '?' in the place of all beyond ASCII. NULL when memory is short. */
json_t *json_bytes(const char *text);

/* json_print_line() writes `object` as a line and takes it over; for NULL, where memory was short, the line
 * is empty. Whether it could be written is for ferror() to say. */
void json_print_line(json_t *object, FILE *out);
