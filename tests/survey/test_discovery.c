// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/clock.h"
#include "survey/discovery.h"

/* A look every 50 ms for so long; points say which look they are of. */
static void watch(struct discovery *discovery, uint64_t looks)
{
    for (uint64_t i = 0; i < looks; i++)
        discovery_add(discovery, &(struct discovery_point){i * 50 * NS_PER_MS, 3 * i, i, 2 * i, i / 2});
    discovery_end(discovery,
                  &(struct discovery_point){looks * 50 * NS_PER_MS, 3 * looks, looks, 2 * looks, looks / 2});
}

/* Short surveys have each look, long ones up to a thousand, evenly, the first and the last among them. */
Test(discovery, points_lie_evenly_however_long_it_takes)
{
    static const uint64_t looks[] = {1, 10, 999, 1000, 1001, 5000, 1000000};

    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        struct discovery discovery = {.count = 0};
        uint64_t widest = 0;

        watch(&discovery, looks[i]);
        for (unsigned k = 1; k < discovery.count; k++) {
            uint64_t width = discovery.points[k].interfaces - discovery.points[k - 1].interfaces;

            cr_assert_gt(width, 0);
            widest = width > widest ? width : widest;
        }
        cr_expect_eq(discovery.points[0].interfaces, 0);
        cr_expect_eq(discovery.points[discovery.count - 1].interfaces, looks[i]);
        cr_expect(discovery.count == looks[i] + 1 || discovery.count >= DISCOVERY_POINTS / 2);
        cr_expect_leq(widest, 2 * looks[i] / discovery.count + 2, "%lu looks", looks[i]);
    }
}

Test(discovery, is_a_table_in_the_metadata)
{
    struct discovery discovery = {.count = 0};
    double seconds, probes, interfaces, links, lost;

    watch(&discovery, 2);
    json_t *json = discovery_json(&discovery);
    cr_assert_eq(json_array_size(json_object_get(json, "points")), 3);
    cr_assert_eq(json_unpack(json_array_get(json_object_get(json, "points"), 2), "[F, F, F, F, F]", &seconds,
                             &probes, &interfaces, &links, &lost),
                 0);
    cr_expect_eq(seconds, 0.1);
    cr_expect(probes == 6 && interfaces == 2 && links == 4 && lost == 1);
    json_decref(json);
}

/* A run that goes on has the curve of those before, and its time and probes come on top. */
Test(discovery, goes_on_where_another_run_was)
{
    static const uint64_t looks[] = {1, 400, 1000, 5000};

    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        struct discovery before = {.count = 0}, after = {.count = 0};

        watch(&before, looks[i]);
        json_t *json = discovery_json(&before);
        discovery_load(&after, json, (double)looks[i] * 0.04, 3 * looks[i]);
        json_decref(json);
        cr_expect_eq(after.count, before.count);
        cr_expect_eq(after.ns, looks[i] * 50 * NS_PER_MS, "no earlier than its last point");
        cr_expect_eq(after.probes, 3 * looks[i]);
        cr_expect_eq(after.lost, looks[i] / 2);
        for (uint64_t k = 1; k <= looks[i]; k++)
            discovery_add(&after, &(struct discovery_point){.ns = after.ns + k * 50 * NS_PER_MS});
        cr_expect(after.count >= 2 * looks[i] || after.count >= DISCOVERY_POINTS / 2);
        for (unsigned k = 1; k < after.count; k++)
            cr_assert_gt(after.points[k].ns, after.points[k - 1].ns);
    }
}

/* As files of earlier versions have it, and what was merged. */
Test(discovery, losses_may_be_unknown)
{
    struct discovery discovery = {.count = 0};
    json_t *json = json_loads("{\"points\": [[1.0, 2, 3, 4]]}", 0, NULL);

    discovery_load(&discovery, json, 1, 2);
    json_decref(json);
    cr_expect_eq(discovery.lost, DISCOVERY_LOST_UNKNOWN);
    json = discovery_json(&discovery);
    cr_expect(json_is_null(json_array_get(json_array_get(json_object_get(json, "points"), 0), 4)));
    json_decref(json);
}

/* Metadata is a file that anybody may have changed. */
Test(discovery, what_is_no_curve_is_as_none)
{
    static const char *const texts[] = {
        "null",
        "[]",
        "{\"points\": 3}",
        "{\"points\": [3, [], [1, 2, 3], [-1, 1, 1, 1], [1e300, 1, 1, 1]]}",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct discovery discovery = {.count = 0};
        json_t *json = json_loads(texts[i], JSON_DECODE_ANY, NULL);

        discovery_load(&discovery, json, 2, 7);
        cr_expect(discovery.count == 0 && discovery.ns == 2 * NS_PER_S && discovery.probes == 7, "%s",
                  texts[i]);
        json_decref(json);
    }
}
