// SPDX-License-Identifier: GPL-2.0-or-later
/* The names of a table's entries, for messages: "ring, xsk, live". */
#pragma once

#include <stddef.h>

enum {
    NAME_LIST_SIZE = 128, /* holds every list there is */
};

/* name_list_add() appends a name to the text in `out`, which begins as "". What does not fit is left out. */
void name_list_add(char *out, size_t size, const char *name);
