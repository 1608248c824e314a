// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_error.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "table.h"

/* A code without a name is told by its number. */
Test(ping_error, every_code_is_told)
{
    static const struct {
        struct address responder;
        uint8_t type, code;
        const char *text;
    } cases[] = {
        {IPV4(1), 3, 0, "Destination Net Unreachable"},
        {IPV4(1), 3, 4, "Frag needed and DF set"},
        {IPV4(1), 3, 8, "Source Host Isolated"},
        {IPV4(1), 3, 15, "Precedence Cutoff"},
        {IPV4(1), 3, 16, "Destination Unreachable, Bad Code: 16"},
        {IPV4(1), 3, 255, "Destination Unreachable, Bad Code: 255"},
        {IPV4(1), 11, 0, "Time to live exceeded"},
        {IPV4(1), 11, 1, "Frag reassembly time exceeded"},
        {IPV4(1), 12, 0, "Parameter problem"},
        {IPV4(1), 12, 2, "Parameter problem: Bad length"},
        {IPV4(1), 12, 3, "Parameter problem, Bad Code: 3"},
        {IPV6(1, 1), 1, 0, "Destination unreachable: No route"},
        {IPV6(1, 1), 1, 5, "Destination unreachable: Source address failed policy"},
        {IPV6(1, 1), 1, 8, "Destination unreachable: Headers too long"},
        {IPV6(1, 1), 1, 200, "Destination unreachable: Unknown code 200"},
        {IPV6(1, 1), 2, 0, "Packet too big"},
        {IPV6(1, 1), 3, 0, "Time exceeded: Hop limit"},
        {IPV6(1, 1), 3, 1, "Time exceeded: Defragmentation failure"},
        {IPV6(1, 1), 4, 1, "Parameter problem: Unknown header"},
        {IPV6(1, 1), 4, 9, "Parameter problem: Unknown code 9"},
    };
    char text[PING_ERROR_TEXT];

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_str_eq(ping_error_text(cases[i].responder, cases[i].type, cases[i].code, text),
                         cases[i].text);
}
