// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "sim/score_truth.h"

static int read_text(struct score *score, const char *text, struct error_text *error)
{
    char path[] = "/tmp/hopwire-test-XXXXXX";
    int fd = mkstemp(path);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int result = score_read_truth(score, path, error);
    unlink(path);
    return result;
}

static void expect_counts(const struct score *score, enum score_kind kind, size_t real, size_t visible)
{
    cr_expect_eq(score->things[kind].real.count, real);
    cr_expect_eq(score->things[kind].visible.count, visible);
}

/* The only one of its kind that is visible; nothing was found. */
static void expect_missed(const struct score *score, enum score_kind kind, struct score_thing expected)
{
    struct score_thing missed[2];

    cr_assert_eq(score_missed(score, kind, missed, 2), 1);
    cr_expect(address_equal(missed[0].address, expected.address));
    cr_expect(kind != SCORE_LINK || address_equal(missed[0].from, expected.from));
}

Test(score_truth, reads_every_kind_of_line)
{
    static const char text[] =
        "{\"kind\":\"route\",\"target\":\"8.8.8.7\",\"flow\":0,\"hops\":[{\"address\":\"240.0.0.1\","
        "\"visible\":true},"
        "null,{\"address\":\"8.8.8.7\",\"visible\":true}]}\n"
        "{\"kind\": \"interface\", \"address\": \"240.0.0.1\", \"visible\": true}\n"
        "{\"visible\":false,\"address\":\"240.0.0.2\",\"kind\":\"interface\",\"more\":[1]}\n"
        "{\"kind\":\"link\",\"from\":\"240.0.0.1\",\"to\":\"8.8.8.7\",\"visible\":true}\n";
    struct error_text error;
    struct score score = {0};

    cr_assert_eq(read_text(&score, text, &error), 0, "%s", error.text);
    expect_counts(&score, SCORE_INTERFACE, 2, 1);
    expect_counts(&score, SCORE_LINK, 1, 1);
    expect_counts(&score, SCORE_TARGET, 1, 1);
    expect_missed(&score, SCORE_INTERFACE, (struct score_thing){.address = IPV4(0xf0000001)});
    expect_missed(&score, SCORE_LINK,
                  (struct score_thing){.from = IPV4(0xf0000001), .address = IPV4(0x08080807)});
    expect_missed(&score, SCORE_TARGET, (struct score_thing){.address = IPV4(0x08080807)});
    score_free(&score);
}

Test(score_truth, reads_targets_without_routes)
{
    static const char text[] = "{\"kind\":\"target\",\"address\":\"8.8.8.7\",\"visible\":true}\n"
                               "{\"kind\":\"target\",\"address\":\"8.8.9.7\",\"visible\":false}\n";
    struct error_text error;
    struct score score = {0};

    cr_assert_eq(read_text(&score, text, &error), 0, "%s", error.text);
    expect_counts(&score, SCORE_TARGET, 2, 1);
    expect_missed(&score, SCORE_TARGET, (struct score_thing){.address = IPV4(0x08080807)});
    score_free(&score);
}

Test(score_truth, of_ipv6)
{
    static const char text[] =
        "{\"kind\":\"route\",\"target\":\"2001:db8::7\",\"flow\":0,\"hops\":[null,{\"address\":"
        "\"2001:db8::7\",\"visible\":true}],\"reaches\":true}\n"
        "{\"kind\":\"interface\",\"address\":\"3fff::1\",\"visible\":true}\n"
        "{\"kind\":\"link\",\"from\":\"3fff::1\",\"to\":\"2001:db8::7\",\"visible\":true}\n";
    const struct address router = IPV6(0x3fff000000000000, 1), target = IPV6(0x20010db800000000, 7);
    struct error_text error;
    struct score score = {0};

    cr_assert_eq(read_text(&score, text, &error), 0, "%s", error.text);
    expect_missed(&score, SCORE_INTERFACE, (struct score_thing){.address = router});
    expect_missed(&score, SCORE_LINK, (struct score_thing){.from = router, .address = target});
    expect_missed(&score, SCORE_TARGET, (struct score_thing){.address = target});
    score_free(&score);
}

/* Only a route whose last hop is the target tells of a target that answers. */
Test(score_truth, target_is_the_last_hop_where_it_answers)
{
    static const struct {
        const char *hops;
        size_t real, visible;
    } cases[] = {
        {"[]", 0, 0},
        {"[null]", 0, 0},
        {"[{\"address\":\"240.0.0.1\",\"visible\":true}]", 0, 0},
        {"[{\"address\":\"8.8.8.7\",\"visible\":true},null]", 0, 0},
        {"[null,{\"address\":\"8.8.8.7\",\"visible\":true}]", 1, 1},
        {"[null,{\"address\":\"8.8.8.7\",\"visible\":false}]", 1, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error_text error;
        struct score score = {0};
        char text[256];

        snprintf(text, sizeof(text), "{\"kind\":\"route\",\"target\":\"8.8.8.7\",\"flow\":0,\"hops\":%s}\n",
                 cases[i].hops);
        cr_assert_eq(read_text(&score, text, &error), 0, "%s", error.text);
        expect_counts(&score, SCORE_TARGET, cases[i].real, cases[i].visible);
        score_free(&score);
    }
}

/* Where the truth says so, not even then: the last hop is a router that has the target's address. */
Test(score_truth, target_is_reached_where_the_route_says_so)
{
    static const struct {
        const char *reaches;
        size_t real;
    } cases[] = {{"true", 1}, {"false", 0}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error_text error;
        struct score score = {0};
        char text[256];

        snprintf(text, sizeof(text),
                 "{\"kind\":\"route\",\"target\":\"8.8.8.7\",\"flow\":0,\"reaches\":%s,\"hops\":"
                 "[{\"address\":\"8.8.8.7\",\"visible\":true}]}\n",
                 cases[i].reaches);
        cr_assert_eq(read_text(&score, text, &error), 0, "%s", error.text);
        expect_counts(&score, SCORE_TARGET, cases[i].real, cases[i].real);
        score_free(&score);
    }
}

Test(score_truth, bad_lines_are_named)
{
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"\n", ": line 2: not JSON: "},
        {"{\"kind\":\"link\"\n", ": line 2: not JSON: "},
        {"[]\n", ": line 2: key 'kind' is not route, target, interface, link or router"},
        {"{\"kind\":5}\n", ": line 2: key 'kind' is not route, target, interface, link or router"},
        {"{\"kind\":\"node\"}\n", ": line 2: key 'kind' is not route, target, interface, link or router"},
        {"{\"kind\":\"interface\",\"visible\":true}\n", ": line 2: key 'address' is not an address"},
        {"{\"kind\":\"interface\",\"address\":\"1.2.3\",\"visible\":true}\n",
         ": line 2: key 'address' is not an address"},
        {"{\"kind\":\"interface\",\"address\":\"1.2.3.4\"}\n",
         ": line 2: key 'visible' is not true or false"},
        {"{\"kind\":\"link\",\"from\":\"1.2.3.4\",\"visible\":true}\n",
         ": line 2: key 'to' is not an address"},
        {"{\"kind\":\"route\",\"hops\":[]}\n", ": line 2: key 'target' is not an address"},
        {"{\"kind\":\"route\",\"target\":\"1.2.3.4\"}\n", ": line 2: key 'hops' is not an array"},
        {"{\"kind\":\"route\",\"target\":\"1.2.3.4\",\"hops\":[5]}\n",
         ": line 2: key 'address' is not an address"},
        {"{\"kind\":\"interface\"", ": line 1: the line after it has no newline at its end"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error_text error;
        struct score score = {0};
        char text[256];

        snprintf(text, sizeof(text), "{\"kind\":\"interface\",\"address\":\"1.2.3.4\",\"visible\":true}\n%s",
                 cases[i].line);
        cr_expect_eq(read_text(&score, text, &error), -EINVAL, "%s", cases[i].line);
        cr_expect_not_null(strstr(error.text, cases[i].message), "%s", error.text);
        score_free(&score);
    }
}

Test(score_truth, unreadable_file_is_named)
{
    struct error_text error;
    struct score score = {0};

    cr_expect_eq(score_read_truth(&score, "/nonexistent", &error), -ENOENT);
    cr_expect_str_eq(error.text, "/nonexistent: cannot be opened: No such file or directory");
}
