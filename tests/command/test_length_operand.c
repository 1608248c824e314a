// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/length_operand.h"

#include <criterion/criterion.h>
#include <stdint.h>

#include "table.h"

Test(length_operand, is_a_number_behind_hosts)
{
    static const struct {
        const char *operands[4];
        bool hosts_by_file;
        const char *length;
        unsigned left;
    } cases[] = {
        {{NULL}, false, NULL, 0},
        {{NULL}, true, NULL, 0},
        {{"a"}, false, NULL, 1},
        {{"40"}, false, NULL, 1}, /* 0.0.0.40 */
        {{"40"}, true, "40", 0},
        {{"a", "40"}, false, "40", 1},
        {{"a", "b"}, false, NULL, 2},
        {{"a", "b", "1500"}, false, "1500", 2},
        {{"a", "40", "b"}, false, NULL, 3},
        {{"40", "60"}, false, "60", 1},
        {{"a", "0.0.0.40"}, false, NULL, 2},
        {{"a", "0x28"}, false, NULL, 2},
        {{"a", "-4"}, false, NULL, 2},
        {{"a", ""}, false, NULL, 2},
        {{"a", "99999999999999999999"}, false, "99999999999999999999", 1},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *operands[4];
        unsigned left = 0;

        for (size_t n = 0; n < COUNT(operands); n++)
            operands[n] = (char *)(uintptr_t)cases[i].operands[n];
        const char *length = length_operand_take(operands, cases[i].hosts_by_file);
        while (operands[left])
            left++;
        cr_expect_eq(left, cases[i].left, "case %zu", i);
        cr_expect_eq(length == NULL, cases[i].length == NULL, "case %zu", i);
        if (length && cases[i].length)
            cr_expect_str_eq(length, cases[i].length);
    }
}
