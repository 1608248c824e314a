// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/name_list.h"

#include <stdio.h>
#include <string.h>

void name_list_add(char *out, size_t size, const char *name)
{
    size_t length = strnlen(out, size);

    if (length < size)
        snprintf(out + length, size - length, "%s%s", length ? ", " : "", name);
}
