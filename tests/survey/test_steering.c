// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/steering.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/clock.h"

static double number(const json_t *object, const char *key)
{
    cr_assert(json_is_number(json_object_get(object, key)), "%s", key);
    return json_number_value(json_object_get(object, key));
}

Test(steering, nothing_changed_says_nothing)
{
    struct steering steering;

    steering_begin(&steering, 1000);
    steering_start(&steering, NS_PER_S);
    cr_expect_null(steering_json(&steering, 2 * NS_PER_S, NULL));
    cr_expect_null(steering_json(&steering, 2 * NS_PER_S, json_array()));
}

Test(steering, pauses_add_up)
{
    struct steering steering;

    steering_begin(&steering, 1000);
    steering_start(&steering, 10 * NS_PER_S);
    cr_expect_not(steering_resume(&steering, 11 * NS_PER_S));
    cr_expect(steering_pause(&steering, 11 * NS_PER_S));
    cr_expect_not(steering_pause(&steering, 12 * NS_PER_S), "it is paused already");
    cr_expect_eq(steering_paused_ns(&steering, 13 * NS_PER_S), 2 * NS_PER_S);
    cr_expect(steering_resume(&steering, 14 * NS_PER_S));
    cr_expect_eq(steering_paused_ns(&steering, 99 * NS_PER_S), 3 * NS_PER_S);
    cr_expect(steering_pause(&steering, 20 * NS_PER_S));
    json_t *json = steering_json(&steering, 21 * NS_PER_S, NULL);
    cr_expect_eq(number(json, "pauses"), 2);
    cr_expect_eq(number(json, "paused_seconds"), 4);
    cr_expect(json_is_null(json_object_get(json, "blocklist")));
    json_decref(json);
}

Test(steering, keeps_the_last_changes_and_counts_all)
{
    struct steering steering;

    steering_begin(&steering, NAN);
    steering_start(&steering, 10 * NS_PER_S);
    for (unsigned i = 1; i <= STEERING_KEPT + 10; i++) {
        steering_note_rate(&steering, (10 + i) * NS_PER_S, i == STEERING_KEPT + 10 ? INFINITY : i);
        steering_note_list(&steering, (10 + i) * NS_PER_S, 100 * i);
    }
    cr_expect(isinf(steering.rate));
    json_t *json = steering_json(&steering, 0, json_array());
    const json_t *rates = json_object_get(json, "rates"), *lists = json_object_get(json, "reloads");

    cr_expect_eq(number(json, "rate_changes"), STEERING_KEPT + 10);
    cr_assert_eq(json_array_size(rates), STEERING_KEPT);
    cr_assert_eq(json_array_size(lists), STEERING_KEPT);
    cr_expect_eq(number(json_array_get(rates, 0), "after"), 11);
    cr_expect_eq(number(json_array_get(rates, 0), "rate"), 11);
    cr_expect(json_is_null(json_object_get(json_array_get(rates, STEERING_KEPT - 1), "rate")), "max");
    cr_expect_eq(number(json_array_get(lists, STEERING_KEPT - 1), "prefixes"), 100 * (STEERING_KEPT + 10));
    cr_expect(json_is_array(json_object_get(json, "blocklist")));
    json_decref(json);
}
