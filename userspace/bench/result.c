// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/result.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "output/json_value.h"

double bench_result_ns(const struct bench_result *result)
{
    return result->pps > 0 ? 1e9 / result->pps : 0;
}

static int by_rate(const void *left, const void *right)
{
    const struct bench_result *a = left, *b = right;

    return (a->pps > b->pps) - (a->pps < b->pps);
}

static void add_losses(struct source_losses *sum, const struct source_losses *losses)
{
    sum->ring_full += losses->ring_full;
    sum->fill_empty += losses->fill_empty;
    sum->dropped += losses->dropped;
}

struct bench_result bench_result_median(struct bench_result *turns, size_t count)
{
    struct bench_result median;

    qsort(turns, count, sizeof(*turns), by_rate);
    median = turns[count / 2];
    median.drops = 0;
    median.losses = (struct source_losses){0};
    for (size_t i = 0; i < count; i++) {
        median.drops += turns[i].drops;
        add_losses(&median.losses, &turns[i].losses);
    }
    return median;
}

static bool comparable(const struct bench_result *a, const struct bench_result *b)
{
    return strcmp(a->stage, b->stage) == 0 && strcmp(a->device, b->device) == 0;
}

const struct bench_result *bench_results_best(const struct bench_result *results, size_t count, size_t i)
{
    const struct bench_result *best = &results[i];

    for (size_t k = 0; k < count; k++)
        if (comparable(&results[k], &results[i]) && results[k].pps > best->pps)
            best = &results[k];
    return best;
}

/* Returns whether no earlier result has the same stage and device. */
static bool is_first(const struct bench_result *results, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (comparable(&results[k], &results[i]))
            return false;
    return true;
}

static void print_row(const struct bench_result *result, FILE *out)
{
    char rate[NUMBER_TEXT_SIZE], drops[NUMBER_TEXT_SIZE];

    fprintf(out, "%-6s %-9s %-10s %7u %6u %12s %9.1f %13.1f %12s\n", result->stage, result->backend,
            result->device, result->threads, result->batch, number_group((uint64_t)result->pps, rate),
            bench_result_ns(result), result->cpu_ns, number_group(result->drops, drops));
}

static void print_best(const struct bench_result *best, FILE *out)
{
    char rate[NUMBER_TEXT_SIZE];

    fprintf(out, "best %s on %s: %s, %u thread%s, batch %u: %s/s\n", best->stage, best->device, best->backend,
            best->threads, plural(best->threads), best->batch, number_group((uint64_t)best->pps, rate));
}

static void print_losses(const struct bench_result *result, FILE *out)
{
    const struct source_losses *losses = &result->losses;

    if (losses->ring_full + losses->fill_empty + losses->dropped)
        fprintf(out,
                "lost by %s with %u thread%s: RX ring full %" PRIu64 ", no chunk in the FILL ring %" PRIu64
                ", otherwise %" PRIu64 "\n",
                result->stage, result->threads, plural(result->threads), losses->ring_full,
                losses->fill_empty, losses->dropped);
}

/* Returns the first result of the same stage with as many threads. */
static const struct bench_result *first_like(const struct bench_result *results, size_t i)
{
    size_t k = 0;

    while (strcmp(results[k].stage, results[i].stage) != 0 || results[k].threads != results[i].threads)
        k++;
    return &results[k];
}

static void print_world(const struct bench_result *results, size_t i, FILE *out)
{
    const struct bench_result *result = &results[i], *first = first_like(results, i);
    char interfaces[NUMBER_TEXT_SIZE], links[NUMBER_TEXT_SIZE];

    if (!result->interfaces)
        return;
    fprintf(out, "%s on %s, %u thread%s: %s interfaces, %s links", result->stage, result->device,
            result->threads, plural(result->threads), number_group(result->interfaces, interfaces),
            number_group(result->links, links));
    if (first != result)
        fprintf(out, ", %.2f times the CPU time of %s", result->cpu_ns / first->cpu_ns, first->device);
    fputc('\n', out);
}

void bench_results_print(const struct bench_result *results, size_t count, FILE *out)
{
    fprintf(out, "%-6s %-9s %-10s %7s %6s %12s %9s %13s %12s\n", "stage", "backend", "device", "threads",
            "batch", "probes/s", "ns/probe", "CPU ns/probe", "drops");
    for (size_t i = 0; i < count; i++)
        print_row(&results[i], out);
    fputc('\n', out);
    for (size_t i = 0; i < count; i++)
        print_losses(&results[i], out);
    for (size_t i = 0; i < count; i++)
        print_world(results, i, out);
    for (size_t i = 0; i < count; i++)
        if (is_first(results, i))
            print_best(bench_results_best(results, count, i), out);
}

void bench_results_print_json(const struct bench_result *results, size_t count, FILE *out)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        const struct bench_result *result = &results[i];

        json_array_append_new(
            array, json_pack("{s:s, s:s, s:o, s:i, s:i, s:f, s:f, s:f, s:I, s:I, s:I}", "stage",
                             result->stage, "backend", result->backend, "device", json_text(result->device),
                             "threads", (int)result->threads, "batch", (int)result->batch, "pps", result->pps,
                             "ns_per_probe", bench_result_ns(result), "cpu_ns_per_probe", result->cpu_ns,
                             "drops", (json_int_t)result->drops, "interfaces", (json_int_t)result->interfaces,
                             "links", (json_int_t)result->links));
    }
    json_dumpf(array, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    fputc('\n', out);
    json_decref(array);
}
