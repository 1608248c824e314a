// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/result_files.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/own_directory.h"
#include "support/small_files.h"
#include "table.h"

TestSuite(result_files, .init = enter_directory, .fini = remove_directory);

/* Which files a name means, where `there` lie and the metadata names `named`. */
Test(result_files, names)
{
    static const struct {
        const char *results, *there[4], *named, *expected[4];
    } cases[] = {
        {"a.csv", {"a.csv", "a.000.csv"}, NULL, {"a.csv"}},
        {"b.csv", {"b.000.csv", "b.001.csv"}, "[\"b.000.csv\"]", {"b.000.csv"}},
        {"c.csv", {"c.000.csv", "c.002.csv"}, NULL, {"c.000.csv", "c.001.csv", "c.002.csv"}},
        {"d.parquet", {"d.000.parquet", "d.001.parquet.part"}, NULL, {"d.000.parquet", "d.001.parquet.part"}},
        {"e.csv", {"e.000.csv", "x.000.csv"}, "[\"x.000.csv\"]", {"e.000.csv"}},
        {"f.csv", {"y.000.csv"}, "[\"y.000.csv\",\"y.001.csv\"]", {"y.000.csv", "y.001.csv"}},
        {"g.csv", {"g.001.csv"}, NULL, {"g.csv"}},
        {"h.csv", {"h.000.csv", "h.1000000.csv"}, NULL, {"h.000.csv", "h.001.csv", "h.002.csv"}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct survey_metadata metadata = {0};
        struct result_files files;
        struct error_text error;
        size_t count = 0;

        for (size_t k = 0; k < COUNT(cases[i].there) && cases[i].there[k]; k++)
            put(cases[i].there[k], "");
        metadata.files = cases[i].named ? json_loads(cases[i].named, 0, NULL) : NULL;
        cr_assert_eq(result_files_of(&files, cases[i].results, cases[i].named ? &metadata : NULL, &error), 0);
        for (; count < COUNT(cases[i].expected) && cases[i].expected[count]; count++)
            cr_expect(count < files.count && strcmp(files.paths[count], cases[i].expected[count]) == 0,
                      "%s %zu", cases[i].results, count);
        cr_expect_eq(files.count, count, "%s", cases[i].results);
        result_files_close(&files);
        json_decref(metadata.files);
        for (size_t k = 0; k < COUNT(cases[i].there) && cases[i].there[k]; k++)
            unlink(cases[i].there[k]);
    }
}

/* Else the first would be read, and the others missing without a word. */
Test(result_files, a_folder_that_cannot_be_read_is_told)
{
    struct result_files files;
    struct error_text error;
    struct rlimit before, none;

    put("a.000.csv", "");
    put("a.001.csv", "");
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    int code = result_files_find(&files, "a.csv", &error);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    cr_expect_eq(code, -EMFILE);
    cr_expect_str_eq(error.text, "a.csv: cannot look for its numbered files: Too many open files");
    result_files_close(&files);
    cr_expect_eq(unlink("a.000.csv") | unlink("a.001.csv"), 0);
}
