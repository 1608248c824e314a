// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/plot.h"

#include <criterion/criterion.h>
#include <string.h>

#include "capture.h"
#include "table.h"

static unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;

    for (; (text = strstr(text, of)); text += strlen(of))
        count++;
    return count;
}

/* Two ways, three batches, two numbers of threads; one way was not measured with one of the batches. */
Test(plot, every_setting_has_its_place)
{
    static const struct {
        const char *backend;
        unsigned threads, batch;
        double pps;
    } rows[] = {
        {"ring", 1, 4, 1e6}, {"ring", 1, 64, 4e6}, {"ring", 2, 64, 5e6},
        {"xsk", 1, 4, 2e6},  {"xsk", 1, 16, 3e6},  {"xsk", 1, 64, 2e6},
    };
    struct bench_result results[COUNT(rows)];
    struct capture capture = capture_start(STDOUT_FILENO);

    for (size_t i = 0; i < COUNT(rows); i++)
        results[i] = (struct bench_result){
            .stage = "tx",
            .backend = rows[i].backend,
            .device = "<eth&0>\x1b\xff",
            .threads = rows[i].threads,
            .batch = rows[i].batch,
            .pps = rows[i].pps,
        };
    cr_expect_eq(bench_plot_write(results, COUNT(results), stdout), 0);
    const char *svg = capture_end(&capture);

    cr_expect_eq(strncmp(svg, "<svg ", 5), 0);
    cr_expect_str_eq(svg + strlen(svg) - 7, "</svg>\n");
    cr_expect_eq(occurrences(svg, "<polyline"), 4, "two ways in two charts");
    cr_expect_eq(occurrences(svg, "<circle"), 2 + 3 + 2 + 1);
    cr_expect_eq(occurrences(svg, "ring, "), 1, "in the legend");
    cr_expect_eq(occurrences(svg, "ring, &#60;eth&#38;0&#62;\\x1b\\xff"), 1);
    cr_expect_eq(occurrences(svg, ">16</text>"), 1);
    /* The axis ends at 5 M; ring with batch 64 reached that by two threads, which is the first place's
     * neighbour. */
    cr_expect_eq(occurrences(svg, ">5</text>"), 2);
    cr_expect_eq(occurrences(svg, "cy='56.0'"), 2, "the best of either chart is at its upper edge");
}
