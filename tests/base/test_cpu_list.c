// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cpu_list.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "table.h"

static const struct option_spec spec = {.name = "cpus"};

Test(cpu_list, reads_numbers_and_ranges_in_their_order)
{
    static const struct {
        const char *text;
        struct cpu_list list;
    } cases[] = {
        {"0", {1, {0}}},   {"0-3,6", {5, {0, 1, 2, 3, 6}}}, {"6,0-3", {5, {6, 0, 1, 2, 3}}},
        {"5-5", {1, {5}}}, {"1023", {1, {1023}}},           {"007", {1, {7}}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error_text error = {""};
        struct cpu_list list = {.count = 77};

        cr_assert_eq(option_cpu_list(&spec, cases[i].text, &list, &error), 0, "%s: %s", cases[i].text,
                     error.text);
        cr_assert_eq(list.count, cases[i].list.count, "%s", cases[i].text);
        cr_expect_arr_eq(list.cpus, cases[i].list.cpus, list.count * sizeof(list.cpus[0]), "%s",
                         cases[i].text);
    }
}

Test(cpu_list, refuses_what_is_no_list)
{
    static const char *const no_lists[] = {"",   ",",  "0,",  ",0",  "0,,1",  "a", "0x1",
                                           "-1", "1-", "3-1", "0 1", "0-1-2", "+1"};
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"0,1,0", "CPU 0 is listed twice"},
        {"0-4,2-9", "CPU 2 is listed twice"},
        {"1024", "CPUs are numbered from 0 to 1023"},
        {"1000-4294967296", "CPUs are numbered from 0 to 1023"},
        {"99999999999999999999999", "CPUs are numbered from 0 to 1023"},
    };
    struct error_text error;
    struct cpu_list list;

    for (size_t i = 0; i < COUNT(no_lists); i++) {
        cr_assert_eq(option_cpu_list(&spec, no_lists[i], &list, &error), -EINVAL, "'%s'", no_lists[i]);
        cr_expect_not_null(strstr(error.text, "is not a list of CPUs such as 0-3,6"), "%s", error.text);
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert_eq(option_cpu_list(&spec, cases[i].text, &list, &error), -EINVAL, "'%s'", cases[i].text);
        cr_expect_str_eq(error.text, cases[i].expected);
    }
}

Test(cpu_list, is_written_with_ranges)
{
    static const char *const texts[] = {"0", "0-3", "0-3,6", "6,0-3", "1,0", "2,4,6", "0-1023"};
    char text[CPU_LIST_TEXT_SIZE];
    struct error_text error;
    struct cpu_list list = {0};

    cr_expect_str_eq(cpu_list_format(&list, text), "");
    for (size_t i = 0; i < COUNT(texts); i++) {
        cr_assert_eq(option_cpu_list(&spec, texts[i], &list, &error), 0);
        cr_expect_str_eq(cpu_list_format(&list, text), texts[i]);
    }
}

Test(cpu_list, is_cut_where_it_is_too_long)
{
    char text[CPU_LIST_TEXT_SIZE];
    struct cpu_list list = {0};

    for (unsigned cpu = 0; cpu < CPU_LIST_MAX; cpu += 2) {
        list.cpus[list.count++] = (uint16_t)cpu;
        cpu_list_format(&list, text);
        cr_assert_lt(strnlen(text, sizeof(text)), sizeof(text));
    }
    cr_expect_str_eq(text + strlen(text) - strlen(",…"), ",…");
    cr_expect_eq(strncmp(text, "0,2,4,6,8,10,", 13), 0);
}
