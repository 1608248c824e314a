// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables with an entry for each value of an enum, by designated initializers. */
#pragma once

/* ENUM_TABLE() compiles only if `table`, declared without a length, has `count` entries: the number of values of its
 * enum. So a value that is added to the enum is not forgotten in the table. */
#define ENUM_TABLE(table, count)                                                                             \
    _Static_assert(sizeof(table) / sizeof((table)[0]) == (count), #table " has an entry for each "           \
                                                                         "of " #count)
