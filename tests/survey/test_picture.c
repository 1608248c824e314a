// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/picture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "survey/losses.h"
#include "table.h"

static const struct survey_status status = {
    .elapsed_ns = 12 * NS_PER_S,
    .probes = 3000000,
    .asked_rate = 100000,
    .ledger =
        {.generated = 1234567, .sent = 1234567, .accepted = 456789, .ring_full = 100, .writer_dropped = 23},
    .interfaces = 12345,
    .links = 23456,
    .reached = 3210,
    .interfaces_complete = true,
    .answered = {[1] = 1000, [5] = 2000, [12] = 45678, [30] = 1},
};

static struct survey_picture usual(void)
{
    return (struct survey_picture){
        .title = "hopwire survey of 4,096 targets by eth0",
        .phase = "sending",
        .status = &status,
        .rates = {100012, 37001, 312, 801, 12, 0},
        .share = 1,
        .messages = "hopwire: one\nhopwire: two\n",
        .keys = true,
        .sending = true,
    };
}

/* For free(). */
static char *print(const struct survey_picture *picture, unsigned rows, unsigned columns)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    survey_picture_print(picture, rows, columns, out);
    fclose(out);
    return text;
}

/* Returns how many lines there are. */
static unsigned expect_width(const char *text, unsigned columns)
{
    unsigned lines = 0;

    for (; *text; lines++) {
        size_t length = strcspn(text, "\n");

        cr_expect_leq(length, columns, "%.*s", (int)length, text);
        text += length + 1;
    }
    return lines;
}

Test(picture, of_the_usual_size)
{
    const struct survey_picture picture = usual();
    char *text = print(&picture, 24, 80);

    cr_expect_eq(expect_width(text, 80), 24);
    cr_expect_not_null(
        strstr(text, "hopwire survey of 4,096 targets by eth0\nsending   41 %  0:12 of 0:29\n\n"), "%s",
        text);
    cr_expect_not_null(strstr(text, "\nsent             1,234,567     100,012  of 100,000 asked for\n"), "%s",
                       text);
    cr_expect_not_null(strstr(text, "\nreplies            456,789      37,001  37.0 % of sent\n"), "%s",
                       text);
    cr_expect_not_null(strstr(text, "\ninterfaces          12,345         312\n"), "%s", text);
    cr_expect_not_null(strstr(text, "\nlinks               23,456         801  at least\n"), "%s", text);
    cr_expect_not_null(
        strstr(text, "\nlost                   123           0  ring full 100, writer dropped 23\n"), "%s",
        text);
    cr_expect_not_null(strstr(text, "\nanswers by TTL, most at 12: 45,678\n"), "%s", text);
    cr_expect_not_null(strstr(text, "\n\nhopwire: one\nhopwire: two\nkeys: p pause, + - rate, q stop\n"),
                       "%s", text);
    free(text);
}

/* Figures and keys have precedence. */
Test(picture, of_a_small_screen)
{
    const struct survey_picture picture = usual();
    char *text = print(&picture, 10, 40);

    cr_expect_eq(expect_width(text, 40), 10);
    cr_expect_not_null(strstr(text, "\nsent             1,234,567     100,012\n"), "%s", text);
    cr_expect_not_null(strstr(text, "\nlost                   123           0"), "%s", text);
    cr_expect_not_null(strstr(text, "\nkeys: p pause, + - rate, q stop\n"), "%s", text);
    cr_expect_null(strstr(text, "by TTL"), "%s", text);
    free(text);
}

Test(picture, of_a_large_screen)
{
    const struct survey_picture picture = usual();
    char *text = print(&picture, 50, 200);

    cr_expect_eq(expect_width(text, 200), 50);
    cr_expect_not_null(strstr(text, "\nhopwire: one\nhopwire: two\nkeys: "), "%s", text);
    free(text);
}

Test(picture, of_any_size)
{
    struct survey_picture picture = usual();

    for (unsigned rows = 0; rows < 60; rows++)
        for (unsigned columns = 0; columns < 120; columns++) {
            char *text;

            picture.keys = columns % 2;
            picture.messages = columns % 3 ? "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n" : "";
            text = print(&picture, rows, columns);
            cr_assert_leq(expect_width(text, columns), rows, "%u rows, %u columns", rows, columns);
            free(text);
        }
}

/* A name may have characters of several bytes. */
Test(picture, cuts_between_characters)
{
    struct survey_picture picture = usual();
    char *text;

    picture.title = "caf\xc3\xa9";
    text = print(&picture, 10, 4);
    cr_expect_eq(strncmp(text, "caf\n", 4), 0, "%s", text);
    free(text);
}

Test(picture, says_how_fast_it_is_to_be)
{
    static const struct {
        struct survey_status status;
        double share;
        bool sending;
        const char *note;
    } cases[] = {
        {{.asked_rate = 1000}, 1, true, "  of 1,000 asked for\n"},
        {{.asked_rate = INFINITY}, 1, true, "  as fast as possible\n"},
        {{.asked_rate = NAN}, 1, true, "  searching for the rate\n"},
        {{.asked_rate = NAN, .auto_rate.held = true}, 1, true, "  rate found\n"},
        {{.asked_rate = 1000}, 0.25, true, "  at 25 % of the rate: this host is busy\n"},
        {{.asked_rate = 1000, .paused.now = true}, 0.25, true, "  paused\n"},
        {{.asked_rate = 1000}, 1, false, "sent                     0           0\n"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct survey_picture picture = {"title",          "phase",
                                         &cases[i].status, .share = cases[i].share,
                                         .messages = "",   .sending = cases[i].sending};
        char *text = print(&picture, 24, 80);

        cr_expect_not_null(strstr(text, cases[i].note), "case %zu: %s", i, text);
        free(text);
    }
}

Test(picture, keys_are_those_that_mean_something)
{
    struct survey_picture picture = usual();
    struct survey_status paused = status;
    char *text;

    paused.paused.now = true;
    picture.status = &paused;
    text = print(&picture, 24, 80);
    cr_expect_not_null(strstr(text, "\nkeys: p go on, "), "%s", text);
    free(text);
    picture.sending = false;
    text = print(&picture, 24, 80);
    cr_expect_not_null(strstr(text, "\nkeys: q end at once\n"), "%s", text);
    free(text);
}

Test(picture, rates_are_differences)
{
    struct survey_status after = status;
    struct survey_rates rates;

    after.ledger.sent += 3000;
    after.ledger.accepted += 300;
    after.interfaces += 30;
    after.links += 6;
    after.ledger.ring_full -= 10;
    rates = survey_rates_between(&status, &after, 3 * NS_PER_S);
    cr_expect(rates.sent == 1000 && rates.replies == 100 && rates.interfaces == 10 && rates.links == 2);
    cr_expect(rates.reached == 0 && rates.lost == 0);
    rates = survey_rates_between(&status, &after, 0);
    cr_expect(rates.sent == 0);
}

/* Each place once, and all of them in the sum. */
Test(losses, of_all_places)
{
    struct survey_status lossy = {.ledger = {.tx_dropped = 1,
                                             .device_dropped = 2,
                                             .ring_full = 4,
                                             .fill_empty = 8,
                                             .rx_dropped = 16,
                                             .redirect_failed = 32,
                                             .writer_dropped = 64,
                                             .answer_ring_full = 128},
                                  .delay_full = 256};
    struct survey_loss losses[LOSSES_MAX];
    uint64_t sum = 0;

    lossy.ledger.rejected_filter[FILTER_REJECT_NO_SOCKET] = 512;
    for (size_t i = 0, count = losses_find(&lossy, losses); i < count; i++)
        sum += losses[i].count;
    cr_expect_eq(sum, 1023);
    cr_expect_eq(status_lost(&lossy), 1023);
}
