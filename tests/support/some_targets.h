// SPDX-License-Identifier: GPL-2.0-or-later
/* Prefixes and targets from a text, for tests that need some. */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "target/prefix_list.h"
#include "target/targets.h"

/* some_prefixes() reads "8.0.0.0/16 1.1.1.1". */
static inline struct prefix_list some_prefixes(const char *text)
{
    struct prefix_list list = {0};
    struct error_text error;
    char copy[256], *rest = copy, *word;

    snprintf(copy, sizeof(copy), "%s", text);
    while ((word = strsep(&rest, " ")))
        if (*word)
            cr_assert_eq(prefix_list_add_text(&list, word, "test", &error), 0, "%s", error.text);
    return list;
}

/* some_targets() has one host in each /24, and single addresses. */
static inline struct targets *some_targets(const char *text)
{
    const struct targets_config config = {.granularity = 24, .key = {3, 4}};
    struct prefix_list list = some_prefixes(text);

    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    prefix_list_free(&list);
    return targets;
}
