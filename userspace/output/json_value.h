// SPDX-License-Identifier: GPL-2.0-or-later
/* Values that are written in the same way in all our JSON (jansson). */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "address.h"

/* json_address() returns an address as a string, owned by the caller; NULL when memory is short. */
json_t *json_address(struct address address);

/* json_ms() returns a time of `us` microseconds as a number of milliseconds, the unit of all times that
 * commands print as JSON. (Records use the units of their columns instead.) */
json_t *json_ms(double us);

/* json_text() returns foreign text as a string, owned by the caller, made printable by base/printable.h,
 * because programs that read our JSON often print it. NULL when memory is short. */
json_t *json_text(const char *text);

/* json_bytes() returns the name of a file, or an argument, for programs that will use it: unchanged if it is
 * UTF-8, else with '?' for all bytes beyond ASCII. NULL when memory is short. */
json_t *json_bytes(const char *text);

/* json_print_line() writes `object` as a line and frees it. If it is NULL because memory was short, the line
 * is empty. Write errors stay in ferror(). */
void json_print_line(json_t *object, FILE *out);
