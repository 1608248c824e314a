// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/auto_tx.h"

#include <criterion/criterion.h>
#include <string.h>

#include "capture.h"

static struct plan plan = {.config.layout.layout = layouts};
static struct survey_config config = {.quiet = true, .plan = &plan};
static struct survey survey = {.config = &config, .ways = {.count = 1}};

static void begin(const struct tx_ops *named, const struct tx_ops *chosen)
{
    config.tx = named;
    auto_tx_begin(&survey);
    cr_assert_eq(survey.tx, named ? named : &tx_ring);
    survey.tx = chosen;
    memcpy(survey.ways.list[0].egress.link.name, "eth1", sizeof("eth1"));
}

Test(auto_tx, what_was_named_stays)
{
    begin(&tx_live, &tx_live);
    cr_expect_eq(auto_tx_choose(&survey), 0);
    cr_expect_eq(survey.tx, &tx_live);
    cr_expect_not(auto_tx_fall_back(&survey, "no"));
    cr_expect_eq(survey.tx, &tx_live);
    cr_expect_str_eq(survey.tx_why, "");
}

Test(auto_tx, falls_back_to_ring_once_and_says_so)
{
    static const struct tx_ops *const chosen[] = {&tx_xsk, &tx_live};

    for (size_t i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
        char expected[128];

        begin(NULL, chosen[i]);
        struct capture capture = capture_start(STDERR_FILENO);
        cr_expect(auto_tx_fall_back(&survey, "No such device"));
        snprintf(expected, sizeof(expected),
                 "hopwire: warning: --tx auto would use %s, which does not work on eth1 (No such device): "
                 "it uses ring\n",
                 chosen[i]->name);
        cr_expect_str_eq(capture_end(&capture), expected);
        cr_expect_eq(survey.tx, &tx_ring);
        cr_expect_not_null(strstr(survey.tx_why, "does not work: No such device"));
        cr_expect_not(auto_tx_fall_back(&survey, "again"), "there is nothing behind it");
    }
}
