// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "output/format.h"

Test(format, is_found_by_name)
{
    cr_expect_eq(output_format_find("csv"), &output_csv);
    cr_expect_eq(output_format_find("jsonl"), &output_jsonl);
    cr_expect_null(output_format_find("CSV"));
    cr_expect_null(output_format_find(""));
}

Test(format, is_found_by_the_extension_of_a_path)
{
    static const struct {
        const char *path;
        const struct output_format *format;
    } cases[] = {
        {"results.csv", &output_csv},
        {"a.csv/b.jsonl", &output_jsonl},
        {".csv", &output_csv},
        {"results.csv.old", NULL},
        {"csv", NULL},
        {"-", NULL},
        {"", NULL},
        {"results", NULL},
        {"r.csv.gz", &output_csv},
        {"r.parquet.zst", &output_parquet},
        {"r.zst", NULL},
        {"csv.gz", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_eq(output_format_for_path(cases[i].path), cases[i].format, "%s", cases[i].path);
}

Test(format, names_are_all_names_that_are_found)
{
    struct choice choice;
    size_t i = 0;

    for (; output_format_choices(i, &choice); i++) {
        const struct output_format *format = output_format_find(choice.name);

        cr_assert_not_null(format, "%s", choice.name);
        cr_expect(output_format_extensions(i, &choice));
        cr_expect_str_eq(choice.name, format->extension);
    }
    cr_expect_eq(i, 5);
}
