// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/curve.h"

#include <criterion/criterion.h>
#include <math.h>

static void read(struct curve *curve, const char *text)
{
    json_t *table = json_loads(text, 0, NULL);

    cr_assert_not_null(table);
    cr_assert_eq(curve_read(curve, table, "probes", "links"), 0);
    json_decref(table);
}

Test(curve, is_a_line_through_the_points_of_two_columns)
{
    struct curve curve = {0};

    read(&curve, "{\"columns\": [\"seconds\", \"links\", \"probes\"], "
                 "\"points\": [[0, 0, 0], [1, 9, 100], [2, 10, 100], [3, 30, 200], [3, 7, 150]]}");
    cr_expect_eq(curve.count, 2, "one point a place, the later one");
    cr_expect_float_eq(curve_at(&curve, 50), 5, 1e-9);
    cr_expect_float_eq(curve_at(&curve, 100), 10, 1e-9);
    cr_expect_float_eq(curve_at(&curve, 150), 20, 1e-9);
    cr_expect_float_eq(curve_at(&curve, 200), 30, 1e-9);
    cr_expect(isnan(curve_at(&curve, 201)));
    cr_expect_float_eq(curve_slope(&curve, 100, 200), 0.2, 1e-9);
    curve_free(&curve);
}

/* Metadata of other programs, or of nobody's. */
Test(curve, what_is_no_table_has_no_points)
{
    static const char *const texts[] = {
        "{}",
        "{\"columns\": 7, \"points\": [[1, 2]]}",
        "{\"columns\": [\"probes\"], \"points\": [[1, 2]]}",
        "{\"columns\": [\"probes\", 3, \"links\"], \"points\": [[1], [\"a\", 2, \"b\"], 7, {}, null, [-1, 0, "
        "5]]}",
    };
    struct curve curve = {0};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        read(&curve, texts[i]);
    cr_expect_eq(curve_read(&curve, NULL, "probes", "links"), 0);
    cr_expect_eq(curve.count, 0);
    cr_expect_eq(curve_end(&curve), 0);
    cr_expect(isnan(curve_at(&curve, 0)));
    curve_free(&curve);
}
