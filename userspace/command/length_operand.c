// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/length_operand.h"

#include <stddef.h>
#include <string.h>

static bool is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

const char *length_operand_take(char **operands, bool hosts_by_file)
{
    size_t count = 0;

    while (operands[count])
        count++;
    if (count < (hosts_by_file ? 1 : 2) || !is_number(operands[count - 1]))
        return NULL;
    const char *taken = operands[count - 1];
    operands[count - 1] = NULL;
    return taken;
}
