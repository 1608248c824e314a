// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "base/options.h"
#include "table.h"

/* Parses `text` for an option without bounds; returns the error, or NULL where it was taken. */
static const char *refusal(option_parser *parse, const struct option_spec *spec, const char *text,
                           void *field)
{
    static struct error_text error;
    int result = parse(spec, text, field, &error);

    cr_assert(result == 0 || result == -EINVAL);
    return result ? error.text : NULL;
}

static const struct option_spec unbounded = {.name = "option"};

static void expect_refused(option_parser *parse, const struct option_spec *spec, const char *text,
                           const char *expected)
{
    uint64_t field[8];
    const char *error = refusal(parse, spec, text, field);

    cr_expect_not_null(error, "'%s' was taken", text);
    if (error)
        cr_expect_str_eq(error, expected);
}

/* Every text is refused with "'TEXT' is not WHAT". */
static void expect_all_refused(option_parser *parse, const struct option_spec *spec, const char *const *texts,
                               size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++) {
        char expected[192];

        snprintf(expected, sizeof(expected), "'%s' is not %s", texts[i], what);
        expect_refused(parse, spec, texts[i], expected);
    }
}

Test(option_values, flag_sets_its_field)
{
    bool flag = false;

    cr_assert_null(refusal(option_flag, &unbounded, NULL, &flag));
    cr_assert(flag);
}

Test(option_values, number_takes_whole_numbers_within_its_bounds)
{
    static const struct option_spec spec = {.name = "max-ttl", .min = 1, .max = 64};
    static const struct {
        const char *text;
        uint32_t value;
    } taken[] = {{"1", 1}, {"64", 64}, {"007", 7}, {"0x20", 32}, {"0X20", 32}};
    static const char *const refused[] = {"",   "0",  "65", "-1",  "+1",  " 1",
                                          "1 ", "1k", "0x", "1.0", "ten", "18446744073709551617"};
    uint32_t value;

    for (size_t i = 0; i < COUNT(taken); i++) {
        cr_expect_null(refusal(option_number, &spec, taken[i].text, &value), "'%s'", taken[i].text);
        cr_expect_eq(value, taken[i].value, "'%s'", taken[i].text);
    }
    expect_all_refused(option_number, &spec, refused, COUNT(refused), "a whole number from 1 to 64");
}

Test(option_values, numbers_without_a_bound_end_with_their_type)
{
    uint32_t narrow;
    uint64_t wide;

    cr_assert_null(refusal(option_number, &unbounded, "4294967295", &narrow));
    cr_assert_eq(narrow, UINT32_MAX);
    expect_refused(option_number, &unbounded, "4294967296",
                   "'4294967296' is not a whole number from 0 to 4294967295");
    cr_assert_null(refusal(option_number64, &unbounded, "0xffffffffffffffff", &wide));
    cr_assert_eq(wide, UINT64_MAX);
    expect_refused(option_number64, &unbounded, "18446744073709551616",
                   "'18446744073709551616' is not a whole number from 0 to 18446744073709551615");
}

Test(option_values, text_is_borrowed_and_not_empty)
{
    const char *argument = "results.csv", *text = NULL;

    cr_assert_null(refusal(option_text, &unbounded, argument, &text));
    cr_assert_eq(text, argument);
    expect_refused(option_text, &unbounded, "", "the value is empty");
}

Test(option_values, list_keeps_every_value_in_order)
{
    struct option_list list = {0};

    cr_assert_null(refusal(option_list, &unbounded, "a", &list));
    cr_assert_null(refusal(option_list, &unbounded, "b", &list));
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.values[0], "a");
    cr_assert_str_eq(list.values[1], "b");
    options_free_list(&list);
    cr_assert_eq(list.count, 0);
    cr_assert_null(list.values);
}

Test(option_values, optional_remembers_whether_it_has_a_text)
{
    struct option_optional optional = {0};

    cr_assert_null(refusal(option_optional, &unbounded, NULL, &optional));
    cr_assert(optional.given);
    cr_assert_null(optional.text);
    cr_assert_null(refusal(option_optional, &unbounded, "seed=7", &optional));
    cr_assert_str_eq(optional.text, "seed=7");
}

struct scaled {
    const char *text;
    double value;
};

static void expect_scaled(option_parser *parse, const struct scaled *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = -1;
        const char *error = refusal(parse, &unbounded, cases[i].text, &value);

        cr_expect_null(error, "'%s': %s", cases[i].text, error ? error : "");
        cr_expect_float_eq(value, cases[i].value, cases[i].value * 1e-12, "'%s' is %f", cases[i].text, value);
    }
}

Test(option_values, rate_is_probes_per_second)
{
    static const struct scaled taken[] = {{"1", 1},     {"100k", 1e5}, {"100K", 1e5}, {"2.5M", 2.5e6},
                                          {"1G", 1e9},  {"0.5", 0.5},  {".5", 0.5},   {"0.001", 0.001},
                                          {"1e6", 1e6}, {"1e3k", 1e6}};
    static const char *const refused[] = {"",      "0",   "0k",  "-1",  "+1",  "0.0001", "1.1G",
                                          "1e999", "nan", "inf", "1kk", "1 k", "1x",     "MAX",
                                          "max ",  "k",   ".",   " 1",  "1k ", "1T"};
    double value = 0;

    expect_scaled(option_rate, taken, COUNT(taken));
    cr_assert_null(refusal(option_rate, &unbounded, "max", &value));
    cr_assert(isinf(value) && value > 0);
    expect_all_refused(option_rate, &unbounded, refused, COUNT(refused),
                       "a rate above 0, such as 100k, 2.5M or max");
}

Test(option_values, decimals_keep_within_their_bounds)
{
    static const struct option_spec share = {.max = 1};
    static const struct scaled taken[] = {{"0", 0}, {"0.15", 0.15}, {".5", 0.5}, {"1", 1}, {"1e-3", 1e-3}};
    static const char *const refused[] = {"", "-0.1", "1.001", "0.1k", "nan", "inf", "a", "0.5 "};

    expect_scaled(option_decimal, taken, COUNT(taken));
    expect_all_refused(option_decimal, &share, refused, COUNT(refused), "a number such as 0.15, from 0 to 1");
}

Test(option_values, bandwidth_is_bits_per_second)
{
    static const struct scaled taken[] = {
        {"1k", 1e3}, {"1000", 1e3}, {"10G", 1e10}, {"250m", 2.5e8}, {"1T", 1e12}};
    static const char *const refused[] = {"", "0", "999", "max", "10Gbit", "-1G", "1e999"};

    expect_scaled(option_bandwidth, taken, COUNT(taken));
    expect_all_refused(option_bandwidth, &unbounded, refused, COUNT(refused),
                       "a bandwidth of at least 1k bits per second, such as 10G");
}

Test(option_values, seconds_become_nanoseconds)
{
    static const struct option_spec spec = {.name = "cooldown", .max = 3600};
    static const struct {
        const char *text;
        uint64_t ns;
    } taken[] = {{"0", 0},
                 {"5", 5000000000},
                 {"5s", 5000000000},
                 {"0.5", 500000000},
                 {"200ms", 200000000},
                 {"0.001ms", 1000},
                 {"3600", 3600000000000},
                 {"3600000ms", 3600000000000}};
    static const char *const refused[] = {"", "-1", "3601", "3600001ms", "5m", "5 s", "5S", "ms", "1e999"};
    uint64_t ns;

    for (size_t i = 0; i < COUNT(taken); i++) {
        cr_expect_null(refusal(option_seconds, &spec, taken[i].text, &ns), "'%s'", taken[i].text);
        cr_expect_eq(ns, taken[i].ns, "'%s'", taken[i].text);
    }
    expect_all_refused(option_seconds, &spec, refused, COUNT(refused),
                       "a time from 0 to 3600 seconds, such as 5 or 200ms");
}

Test(option_values, seconds_have_a_lower_bound)
{
    static const struct option_spec spec = {.name = "interval", .min = 1, .max = 10};
    uint64_t ns;

    expect_refused(option_seconds, &spec, "999ms",
                   "'999ms' is not a time from 1 to 10 seconds, such as 5 or 200ms");
    cr_assert_null(refusal(option_seconds, &spec, "1000ms", &ns));
}

Test(option_values, size_counts_in_powers_of_1024)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } taken[] = {{"0", 0},          {"1", 1}, {"4k", 4096}, {"512M", 512ULL << 20}, {"1.5G", 3ULL << 29},
                 {"2T", 2ULL << 40}};
    static const char *const refused[] = {"", "-1", "1KB", "1e30", "10000000T", "M"};
    uint64_t bytes;

    for (size_t i = 0; i < COUNT(taken); i++) {
        cr_expect_null(refusal(option_size, &unbounded, taken[i].text, &bytes), "'%s'", taken[i].text);
        cr_expect_eq(bytes, taken[i].bytes, "'%s'", taken[i].text);
    }
    expect_all_refused(option_size, &unbounded, refused, COUNT(refused),
                       "a size in bytes, such as 512M or 2G");
}

Test(option_values, sources_are_one_of_each_family)
{
    static const struct {
        const char *text;
        struct address_pair sources;
    } taken[] = {
        {"192.0.2.1", {.ipv4 = IPV4(0xc0000201)}},
        {"255.255.255.255", {.ipv4 = IPV4(0xffffffff)}},
        {"0.0.0.1", {.ipv4 = IPV4(1)}},
        {"2001:db8::1", {.ipv6 = IPV6(0x20010db800000000, 1)}},
        {"::1", {.ipv6 = IPV6(0, 1)}},
        {"::ffff:192.0.2.1", {.ipv4 = IPV4(0xc0000201)}},
        {"0.0.0.0", {.ipv4 = ADDRESS_NONE}},
        {"::", {.ipv6 = ADDRESS_NONE}},
    };
    static const char *const refused[] = {
        "",  "192.0.2",    "192.0.2.256", "192.0.2.1.1", "192.0.2.1/32",  " 192.0.2.1", "192.0.2.1 ",
        "1", "0x7f.0.0.1", "localhost",   "192.0.2.-1",  "2001:db8::/32", "fe80::1%lo", "[::1]"};
    struct address_pair sources;

    for (size_t i = 0; i < COUNT(taken); i++) {
        sources = (struct address_pair){0};
        cr_expect_null(refusal(option_sources, &unbounded, taken[i].text, &sources), "'%s'", taken[i].text);
        cr_expect(address_equal(sources.ipv4, taken[i].sources.ipv4), "'%s'", taken[i].text);
        cr_expect(address_equal(sources.ipv6, taken[i].sources.ipv6), "'%s'", taken[i].text);
    }
    for (size_t i = 0; i < COUNT(taken); i++) /* each again, the last of a family stands */
        cr_expect_null(refusal(option_sources, &unbounded, taken[i].text, &sources));
    cr_expect(address_pair_is_none(&sources));
    expect_all_refused(option_sources, &unbounded, refused, COUNT(refused),
                       "an address such as 192.0.2.1 or 2001:db8::1");
}

Test(option_values, mac_is_six_pairs_of_digits)
{
    static const uint8_t expected_bytes[6] = {0x02, 0x00, 0xab, 0xcd, 0xef, 0xff};
    static const char *const refused[] = {"",
                                          "02",
                                          "02:00:ab:cd:ef",
                                          "02:00:ab:cd:ef:",
                                          "02:00:ab:cd:ef:ff:",
                                          "02:00:ab:cd:ef:ff:00",
                                          "02-00-ab-cd-ef-ff",
                                          "2:0:ab:cd:ef:ff",
                                          "0g:00:ab:cd:ef:ff",
                                          "0x:00:ab:cd:ef:ff",
                                          " 02:00:ab:cd:ef:ff"};
    struct option_mac mac = {0};

    cr_assert_null(refusal(option_mac, &unbounded, "02:00:ab:CD:ef:ff", &mac));
    cr_assert(mac.given);
    cr_assert_arr_eq(mac.bytes, expected_bytes, sizeof(expected_bytes));
    expect_all_refused(option_mac, &unbounded, refused, COUNT(refused),
                       "an Ethernet address such as 02:00:00:00:00:01");
}

Test(option_values, a_refused_value_is_not_stored)
{
    static option_parser *const parsers[] = {option_number,  option_number64, option_rate, option_bandwidth,
                                             option_decimal, option_seconds,  option_size, option_sources};

    for (size_t i = 0; i < COUNT(parsers); i++) {
        uint64_t field = 0xa5a5a5a5a5a5a5a5;

        cr_expect_not_null(refusal(parsers[i], &unbounded, "-1", &field));
        cr_expect_eq(field, 0xa5a5a5a5a5a5a5a5, "parser %zu", i);
    }
}

Test(option_values, a_refused_mac_is_not_given)
{
    struct option_mac mac = {0};

    cr_assert_not_null(refusal(option_mac, &unbounded, "02:00:ab:cd:ef", &mac));
    cr_assert_not(mac.given);
}

Test(option_values, an_error_longer_than_its_room_is_cut)
{
    char long_text[1000];
    uint32_t value;

    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    cr_assert_eq(strlen(refusal(option_number, &unbounded, long_text, &value)),
                 sizeof(((struct error_text *)0)->text) - 1);
}
