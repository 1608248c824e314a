// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/by_time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "reference.h"

enum {
    PARTS = 7,
    LONGEST = 50,
};

static char directory[] = "/tmp/hopwire-test-XXXXXX";
static char paths[PARTS][64];

static void make_directory(void)
{
    cr_assert_not_null(mkdtemp(directory));
    for (int i = 0; i < PARTS; i++)
        snprintf(paths[i], sizeof(paths[i]), "%s/%d.csv", directory, i);
}

static void remove_directory(void)
{
    for (int i = 0; i < PARTS; i++)
        unlink(paths[i]);
    rmdir(directory);
}

TestSuite(by_time, .init = make_directory, .fini = remove_directory);

static unsigned write_part(int number, uint64_t *random)
{
    unsigned count = (unsigned)(reference_random(random) % LONGEST);
    FILE *out = fopen(paths[number], "w");
    uint64_t time_us = 1;

    fputs("time_us,flow\n", out);
    for (unsigned i = 0; i < count; i++) {
        time_us += reference_random(random) % 3;
        fprintf(out, "%lu,%d\n", (unsigned long)time_us, number);
    }
    fclose(out);
    return count;
}

/* Some parts are empty, and many records came at the same time. */
Test(by_time, all_records_by_time_and_part)
{
    static const struct column_list none;
    uint64_t random = 1;

    for (int round = 0; round < 30; round++) {
        struct part parts[PARTS] = {{0}};
        struct error_text error;
        struct by_time heap;
        unsigned count = 0, read = 0;
        uint64_t time_us = 0;
        int number = 0;

        for (int i = 0; i < PARTS; i++) {
            count += write_part(i, &random);
            cr_assert_eq(result_files_of(&parts[i].files, paths[i], NULL, &error), 0);
            cr_assert_eq(part_open(&parts[i], &none, &error), 0, "%s", error.text);
        }
        cr_assert_eq(by_time_open(&heap, parts, PARTS), 0);
        for (struct part *part; (part = by_time_first(&heap)); read++) {
            cr_expect_eq(part - parts, part->next.flow);
            cr_expect(part->next.time_us > time_us ||
                      (part->next.time_us == time_us && part->next.flow >= number));
            time_us = part->next.time_us;
            number = part->next.flow;
            cr_assert_eq(by_time_advance(&heap, &error), 0, "%s", error.text);
        }
        cr_expect_eq(read, count);
        by_time_close(&heap);
        for (int i = 0; i < PARTS; i++)
            part_close(&parts[i]);
    }
}

Test(by_time, progress_between_what_was_told)
{
    static struct part_progress told[] = {{100, 0}, {200, 10}, {300, 110}};
    static const struct {
        uint64_t time_us, probes;
    } cases[] = {{0, 0},     {1000, 0},   {1100, 0},   {1150, 5},   {1200, 10},
                 {1250, 60}, {1300, 110}, {1399, 110}, {1400, 120}, {9999, 120}};
    struct part part = {
        .start_us = 1000, .end_us = 1400, .ledger.generated = 120, .progress = told, .progress_count = 3};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_eq(part_progress_at(&part, cases[i].time_us), cases[i].probes, "%zu", i);
}
