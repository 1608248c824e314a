// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/shard_option.h"

#include <criterion/criterion.h>
#include <string.h>

#include "table.h"

Test(shard_option, reads_index_and_number)
{
    static const struct {
        const char *text;
        struct shard expected;
    } cases[] = {{"0/1", {0, 1}}, {"0/8", {0, 8}}, {"7/8", {7, 8}}, {"65535/65536", {65535, 65536}}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error_text error;
        struct shard shard;

        cr_expect_eq(option_shard(NULL, cases[i].text, &shard, &error), 0, "%s", cases[i].text);
        cr_expect_eq(shard.index, cases[i].expected.index, "%s", cases[i].text);
        cr_expect_eq(shard.of, cases[i].expected.of, "%s", cases[i].text);
    }
}

Test(shard_option, refuses_others)
{
    static const char *const texts[] = {"",     "/",    "1",     "1/",   "/8",      "8/8",
                                        "0/0",  "-1/8", "1/8/9", "1 /8", "0/65537", "18446744073709551616/8",
                                        "1/0x8"};

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct shard shard = {3, 4};
        struct error_text error;

        cr_expect_lt(option_shard(NULL, texts[i], &shard, &error), 0, "%s", texts[i]);
        cr_expect_not_null(strstr(error.text, "is not I/N"), "%s", error.text);
        cr_expect(shard.index == 3 && shard.of == 4, "%s", texts[i]);
    }
}
