// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/result.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "capture.h"
#include "table.h"

static struct bench_result result(const char *stage, const char *backend, const char *device, double pps)
{
    return (struct bench_result){
        .stage = stage,
        .backend = backend,
        .device = device,
        .threads = 1,
        .batch = 64,
        .pps = pps,
        .cpu_ns = 500,
        .drops = 3,
    };
}

Test(result, nanoseconds_are_those_between_two_probes)
{
    struct bench_result some = result("tx", "ring", "veth", 2e6), none = result("tx", "ring", "veth", 0);

    cr_expect_float_eq(bench_result_ns(&some), 500, 1e-9);
    cr_expect_eq(bench_result_ns(&none), 0);
}

Test(result, the_median_turn_has_the_drops_of_all)
{
    struct bench_result turns[5];
    static const double rates[] = {5, 1, 4, 2, 3};

    for (size_t count = 1; count <= COUNT(turns); count++) {
        for (size_t i = 0; i < count; i++) {
            turns[i] = result("rx", "xsk", "veth", rates[i]);
            turns[i].cpu_ns = rates[i] * 10;
            turns[i].losses = (struct source_losses){.ring_full = 1, .fill_empty = 10, .dropped = 100};
        }
        struct bench_result median = bench_result_median(turns, count);

        static const double medians[] = {5, 5, 4, 4, 3};
        cr_expect_eq(median.pps, medians[count - 1], "of %d", (int)count);
        cr_expect_eq(median.cpu_ns, 10 * medians[count - 1]);
        cr_expect_eq(median.drops, 3 * count);
        cr_expect_eq(median.losses.ring_full, count);
        cr_expect_eq(median.losses.fill_empty, 10 * count);
        cr_expect_eq(median.losses.dropped, 100 * count);
    }
}

Test(result, the_best_is_of_the_same_stage_and_device)
{
    const struct bench_result results[] = {
        result("craft", "memory", "memory", 9e6), result("tx", "ring", "null", 2e6),
        result("tx", "xsk", "null", 3e6),         result("tx", "ring", "veth", 1e6),
        result("tx", "live", "veth", 5e6),        result("tx", "xsk", "veth", 4e6),
    };
    static const size_t best[] = {0, 2, 2, 4, 4, 4};

    for (size_t i = 0; i < COUNT(results); i++)
        cr_expect_eq(bench_results_best(results, COUNT(results), i), &results[best[i]], "%d", (int)i);
}

Test(result, the_table_names_the_best_once)
{
    struct bench_result results[] = {
        result("tx", "ring", "veth", 1234567.8),
        result("tx", "live", "veth", 5e6),
        result("rx", "xsk", "veth", 2e6),
    };
    struct capture capture = capture_start(STDOUT_FILENO);

    results[1].threads = 2;
    results[2].losses = (struct source_losses){.ring_full = 7, .fill_empty = 8, .dropped = 9};
    bench_results_print(results, COUNT(results), stdout);
    cr_expect_str_eq(
        capture_end(&capture),
        "stage  backend   device     threads  batch     probes/s  ns/probe  CPU ns/probe        drops\n"
        "tx     ring      veth             1     64    1,234,567     810.0         500.0            3\n"
        "tx     live      veth             2     64    5,000,000     200.0         500.0            3\n"
        "rx     xsk       veth             1     64    2,000,000     500.0         500.0            3\n"
        "\n"
        "lost by rx with 1 thread: RX ring full 7, no chunk in the FILL ring 8, otherwise 9\n"
        "best tx on veth: live, 2 threads, batch 64: 5,000,000/s\n"
        "best rx on veth: xsk, 1 thread, batch 64: 2,000,000/s\n");
}

Test(result, json_has_the_documented_keys)
{
    const struct bench_result results[] = {result("tx", "ring", "veth", 2e6), result("tx", "xsk", "eth0", 0)};
    struct capture capture = capture_start(STDOUT_FILENO);

    bench_results_print_json(results, COUNT(results), stdout);
    json_t *array = json_loads(capture_end(&capture), 0, NULL);
    cr_assert_eq(json_array_size(array), COUNT(results));
    const char *stage, *backend, *device;
    double pps, ns, cpu;
    int threads, batch, drops, interfaces, links;

    cr_assert_eq(json_unpack(json_array_get(array, 0),
                             "{s:s, s:s, s:s, s:i, s:i, s:F, s:F, s:F, s:i, s:i, s:i!}", "stage", &stage,
                             "backend", &backend, "device", &device, "threads", &threads, "batch", &batch,
                             "pps", &pps, "ns_per_probe", &ns, "cpu_ns_per_probe", &cpu, "drops", &drops,
                             "interfaces", &interfaces, "links", &links),
                 0);
    cr_expect(strcmp(stage, "tx") == 0 && strcmp(backend, "ring") == 0 && strcmp(device, "veth") == 0);
    cr_expect(threads == 1 && batch == 64 && drops == 3);
    cr_expect(pps == 2e6 && ns == 500 && cpu == 500);
    json_decref(array);
}

Test(result, no_result_is_an_empty_array)
{
    struct capture capture = capture_start(STDOUT_FILENO);

    bench_results_print_json(NULL, 0, stdout);
    cr_expect_str_eq(capture_end(&capture), "[]\n");
}
