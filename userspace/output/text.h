// SPDX-License-Identifier: GPL-2.0-or-later
/* Pieces of text that the line formats share. Each function writes at `p` without a NUL and returns the
 * end. */
#pragma once

#include <stdint.h>

#include "base/address_text.h"
#include "base/number.h"
#include "output/column.h"
#include "output/record.h"

/* The NUL that address_format() writes is overwritten by what follows. */
static inline char *text_put_address(char *p, struct address address)
{
    return p + address_format(address, p);
}

/* text_put_labels() and text_put_flags() put `separator` between the items and `quote` around each. An entry
 * of a label stack is written as label:tc:s:ttl. */
char *text_put_labels(char *p, const struct record *record, char separator, const char *quote);
char *text_put_flags(char *p, unsigned flags, char separator, const char *quote);

/* text_put_list() writes a column that is neither a number nor an address as in CSV: items joined by ';'. */
char *text_put_list(char *p, const struct record_column *column, const struct record *record);
