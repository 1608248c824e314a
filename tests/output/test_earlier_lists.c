// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/earlier_lists.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/own_directory.h"
#include "table.h"

#define HASH            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define REFERENCE(name) "{\"file\": \"" name "\", \"sha256\": \"" HASH "\", \"prefixes\": 2000}"

TestSuite(earlier_lists, .init = enter_directory, .fini = remove_directory);

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");

    cr_assert_geq(fputs(text, out), 0);
    cr_assert_eq(fclose(out), 0);
}

static const char *name_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

Test(earlier_lists, are_those_that_the_metadata_names_as_a_survey_does)
{
    static const struct {
        const char *metadata;
        unsigned count;
        const char *first;
    } cases[] = {
        {"{\"targets\": " REFERENCE("r.csv.targets.txt") "}", 1, "r.csv.targets.txt"},
        {"{\"control\": {\"blocklist\": " REFERENCE("r.csv.blocklist-reloaded.txt") "}}", 1,
         "r.csv.blocklist-reloaded.txt"},
        {"{\"targets\": " REFERENCE("r.csv.targets.txt") ", \"blocklist\": " REFERENCE(
             "r.csv.blocklist.txt") "}",
         2, "r.csv.targets.txt"},
        {"{\"targets\": " REFERENCE("theirs.txt") "}", 0, NULL},
        {"{\"blocklist\": " REFERENCE("r.csv.targets.txt") "}", 0, NULL},
        {"{\"targets\": " REFERENCE("../r.csv.targets.txt") "}", 0, NULL},
        {"{\"targets\": {\"file\": \"r.csv.targets.txt\"}}", 0, NULL},
        {"{\"targets\": [\"16.0.0.0/24\"]}", 0, NULL},
        {"{\"targets\"", 0, NULL},
        {"", 0, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct earlier_lists lists;

        write_file("r.csv.meta.json", cases[i].metadata);
        cr_expect_eq(earlier_lists_find(&lists, "./r.csv.meta.json"), 0);
        cr_expect_eq(lists.count, cases[i].count, "%s", cases[i].metadata);
        if (lists.count && cases[i].first)
            cr_expect_str_eq(name_of(lists.paths[0]), cases[i].first);
        earlier_lists_free(&lists);
    }
    unlink("r.csv.meta.json");
}

Test(earlier_lists, spare_what_is_read)
{
    struct earlier_lists lists;

    write_file("r.csv.meta.json",
               "{\"targets\": " REFERENCE("r.csv.targets.txt") ", \"blocklist\": " REFERENCE(
                   "r.csv.blocklist.txt") "}");
    write_file("r.csv.targets.txt", "16.0.0.1\n");
    cr_assert_eq(symlink("r.csv.targets.txt", "wanted"), 0);
    cr_assert_eq(earlier_lists_find(&lists, "r.csv.meta.json"), 0);
    earlier_lists_spare(&lists, NULL);
    earlier_lists_spare(&lists, "-");
    cr_expect_eq(lists.count, 2);
    earlier_lists_spare(&lists, "wanted");
    cr_assert_eq(lists.count, 1);
    cr_expect_str_eq(name_of(lists.paths[0]), "r.csv.blocklist.txt");
    earlier_lists_free(&lists);
    cr_expect_eq(unlink("wanted") | unlink("r.csv.targets.txt") | unlink("r.csv.meta.json"), 0);
}

Test(earlier_lists, none_where_there_is_no_metadata)
{
    struct earlier_lists lists;

    cr_expect_eq(earlier_lists_find(&lists, "r.csv.meta.json"), 0);
    cr_expect_eq(lists.count, 0);
    cr_expect_eq(earlier_lists_find(&lists, "/dev/null"), 0);
    cr_expect_eq(lists.count, 0);
}
