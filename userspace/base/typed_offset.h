// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Offsets for tables: who writes `*(uint64_t *)(structure + offset)` relies on every row having such a field.
 */
#pragma once

#include <stddef.h>

/* TYPED_OFFSET() is offsetof(), and compiles only where the field is of that type. */
#define TYPED_OFFSET(structure, field, type)                                                                 \
    (offsetof(structure, field) +                                                                            \
     0 * sizeof(struct {                                                                                     \
         _Static_assert(__builtin_types_compatible_p(__typeof__(((structure *)0)->field), type),             \
                        "a table has this field for another type: " #field);                                 \
         int unused;                                                                                         \
     }))
