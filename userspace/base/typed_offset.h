// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Offsets for tables: code that writes `*(uint64_t *)(structure + offset)` depends on the type of that field in
 * every row.
 */
#pragma once

#include <stddef.h>

/* TYPED_OFFSET() is offsetof(), but compiles only if the field has this type. */
#define TYPED_OFFSET(structure, field, type)                                                                 \
    (offsetof(structure, field) +                                                                            \
     0 * sizeof(struct {                                                                                     \
         _Static_assert(__builtin_types_compatible_p(__typeof__(((structure *)0)->field), type),             \
                        "a table has this field for another type: " #field);                                 \
         int unused;                                                                                         \
     }))
