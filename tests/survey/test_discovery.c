// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/clock.h"
#include "survey/discovery.h"

/* A look every 50 ms for so long; points say which look they are of. */
static void watch(struct discovery *discovery, uint64_t looks)
{
    for (uint64_t i = 0; i < looks; i++)
        discovery_add(discovery, &(struct discovery_point){i * 50 * NS_PER_MS, 3 * i, i, 2 * i});
    discovery_end(discovery, &(struct discovery_point){looks * 50 * NS_PER_MS, 3 * looks, looks, 2 * looks});
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
    double seconds, probes, interfaces, links;

    watch(&discovery, 2);
    json_t *json = discovery_json(&discovery);
    cr_assert_eq(json_array_size(json_object_get(json, "points")), 3);
    cr_assert_eq(json_unpack(json_array_get(json_object_get(json, "points"), 1), "[F, F, F, F]", &seconds,
                             &probes, &interfaces, &links),
                 0);
    cr_expect_eq(seconds, 0.05);
    cr_expect(probes == 3 && interfaces == 1 && links == 2);
    json_decref(json);
}
