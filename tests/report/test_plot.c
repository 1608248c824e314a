// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot.h"

#include <math.h>

#include "report/plot_svg.h"
#include "report/plot_table.h"
#include "report/written.h"

/* Two series of three places; one has a gap, and a name that is hostile. */
static void make(struct plot *plot, enum plot_shape shape, enum plot_axis_kind kind)
{
    *plot = (struct plot){
        .name = "test",
        .title = "A test",
        .description = "of plots",
        .x = {.title = "x"},
        .y = {.title = "y", .kind = kind},
        .shape = shape,
    };
    cr_assert_eq(plot_open(plot, 3, 2), 0);
    plot_name(&plot->series[0], "whole");
    plot_name(&plot->series[1], "%s", "=\"<b>,\n");
    for (int i = 0; i < 3; i++) {
        plot->xs[i] = i + 1;
        plot->series[0].y[i] = 10 * i;
    }
    plot->series[1].y[0] = 2.5;
    plot->series[1].y[2] = 40;
    plot_fit(plot);
}

static char *drawn(const struct plot *plot)
{
    struct written written;

    written_begin(&written);
    plot_svg(plot, "id", written.out);
    return written_end(&written);
}

static void expect_polylines(enum plot_shape shape, enum plot_axis_kind kind, unsigned expected)
{
    struct plot plot;

    make(&plot, shape, kind);
    char *svg = drawn(&plot);
    cr_expect_eq(occurrences(svg, "<polyline"), expected, "%d, %d: %s", shape, kind, svg);
    cr_expect_eq(occurrences(svg, "nan"), 0);
    free(svg);
    plot_close(&plot);
}

Test(plot_svg, what_is_not_known_is_not_drawn)
{
    expect_polylines(PLOT_LINES, PLOT_LINEAR, 3);
    expect_polylines(PLOT_MARKED, PLOT_LINEAR, 2);
    expect_polylines(PLOT_STEPS, PLOT_LINEAR, 2);
    expect_polylines(PLOT_LINES, PLOT_LOG, 3); /* 0 has no place there */
}

Test(plot_svg, those_who_do_not_see_it_are_told)
{
    struct plot plot;

    make(&plot, PLOT_LINES, PLOT_LINEAR);
    char *svg = drawn(&plot);
    cr_expect(strstr(svg, "role='img'"));
    cr_expect(strstr(svg, "<title id='id-title'>A test</title>"));
    cr_expect(strstr(svg, "<desc id='id-text'>of plots</desc>"));
    cr_expect(strstr(svg, ">=&#34;&#60;b&#62;,\\x0a</text>"), "%s", svg);
    free(svg);
    plot_close(&plot);
}

Test(plot_svg, axes_hold_all_values)
{
    struct plot plot;

    make(&plot, PLOT_STEPS, PLOT_LINEAR);
    cr_expect_float_eq(plot.y.high, 40, 1e-9);
    cr_expect_float_eq(plot.x.low, 0.5, 1e-9);
    cr_expect_float_eq(plot.x.high, 3.5, 1e-9);
    plot_close(&plot);
    make(&plot, PLOT_STEPS, PLOT_LOG);
    cr_expect_float_eq(plot.y.low, 0.5, 1e-9, "the least bar is seen");
    cr_expect_float_eq(plot.y.high, 100, 1e-9);
    plot_close(&plot);
}

Test(plot_svg, a_plot_of_nothing_has_axes)
{
    struct plot plot = {.title = "Nothing", .x = {.title = "x"}, .y = {.title = "y", .kind = PLOT_LOG}};

    cr_assert_eq(plot_open(&plot, 1, 1), 0);
    plot.xs[0] = 0;
    plot_fit(&plot);
    char *svg = drawn(&plot);
    cr_expect_eq(occurrences(svg, "nan") + occurrences(svg, "inf"), 0, "%s", svg);
    free(svg);
    plot_close(&plot);
}

Test(plot_table, csv_has_a_row_a_place)
{
    struct plot plot;
    struct written written;

    make(&plot, PLOT_LINES, PLOT_LINEAR);
    written_begin(&written);
    plot_table_csv(&plot, written.out);
    char *text = written_end(&written);
    cr_expect_str_eq(text, "\"x\",\"whole\",\"=\"\"<b>,\\x0a\"\n1,0,2.5\n2,10,\n3,20,40\n");
    free(text);
    plot_close(&plot);
}

Test(plot_table, html_has_rows_chosen_evenly)
{
    struct plot plot;
    struct written written;

    make(&plot, PLOT_LINES, PLOT_LINEAR);
    written_begin(&written);
    plot_table_html(&plot, 2, written.out);
    char *text = written_end(&written);
    cr_expect(strstr(text, "<tr><th scope=\"row\">1</th><td>0</td><td>2.5</td></tr>\n"
                           "<tr><th scope=\"row\">3</th><td>20</td><td>40</td></tr>"),
              "%s", text);
    cr_expect_null(strstr(text, "<b>"));
    free(text);
    plot_close(&plot);
}
