// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/remarks.h"

#include <criterion/criterion.h>
#include <string.h>

static size_t made(const struct survey_status *status, struct remark out[REMARKS_MAX])
{
    return remarks_make(status, out);
}

Test(remarks, what_is_as_it_should_be_needs_none)
{
    struct survey_status status = {.ledger = {.accepted = 1000, .passed = 5000}};
    struct remark out[REMARKS_MAX];

    cr_expect_eq(made(&status, out), 0);
    status.ledger = (struct ledger){0};
    cr_expect_eq(made(&status, out), 0);
}

/* Each reason of both places alone: told with its name from one in twenty on, and not below. */
Test(remarks, a_large_share_of_any_rejection_is_named)
{
    struct remark out[REMARKS_MAX];

    for (unsigned i = 0; i < FILTER_REJECTIONS + DECODE_REJECTIONS; i++) {
        struct survey_status status = {.ledger = {.accepted = 10000}};
        bool filter = i < FILTER_REJECTIONS;
        unsigned reason = filter ? i : i - FILTER_REJECTIONS;
        const char *name = filter ? filter_rejection_names[reason] : decode_rejection_names[reason];
        uint64_t *count =
            filter ? &status.ledger.rejected_filter[reason] : &status.ledger.rejected_decode[reason];

        /* What is more than a probe can get is told elsewhere. */
        if (strcmp(name, "excess") == 0)
            continue;
        *count = 400;
        cr_expect_eq(made(&status, out), 0, "%s", name);
        *count = 7500;
        cr_assert_eq(made(&status, out), 1, "%s", name);
        cr_expect_not_null(strstr(out[0].text, name), "%s", out[0].text);
        cr_expect_not_null(strstr(out[0].text, "7,500 packets"), "%s", out[0].text);
        cr_expect_not_null(strstr(out[0].text, "75 %"), "%s", out[0].text);
    }
}

Test(remarks, a_handful_is_no_share)
{
    struct survey_status status = {.ledger = {.accepted = 3}};
    struct remark out[REMARKS_MAX];

    status.ledger.rejected_filter[FILTER_REJECT_FOREIGN] = 9;
    cr_expect_eq(made(&status, out), 0);
    status.ledger.rejected_filter[FILTER_REJECT_FOREIGN] = 10;
    cr_expect_eq(made(&status, out), 1);
}

Test(remarks, all_may_be_rejected)
{
    struct survey_status status = {0};
    struct remark out[REMARKS_MAX];

    status.ledger.rejected_decode[DECODE_REJECT_ICMP_CHECKSUM] = 2048;
    cr_assert_eq(made(&status, out), 1);
    cr_expect_not_null(strstr(out[0].text, "icmp_checksum"), "%s", out[0].text);
}
