// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/kept_probes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "reference.h"

enum {
    ROOM = 500,
};

static struct probe numbered(uint64_t number)
{
    return (struct probe){
        .target_address = {number, ~number}, .flow = (uint16_t)number, .ttl = 1 + number % 64};
}

/* Against the plainest reference: the least of all times. */
Test(kept_probes, come_by_time)
{
    struct kept_probes kept;
    uint64_t times[ROOM], last = 0, random = 1;

    cr_assert_eq(kept_probes_open(&kept, ROOM), 0);
    cr_assert_eq(kept_probes_due(&kept), UINT64_MAX);
    for (unsigned i = 0; i < ROOM; i++) {
        times[i] = (random = random * 6364136223846793005ULL + 1) >> 54;
        kept_probes_add(&kept, times[i], &(struct probe){.owner = i});
    }
    for (unsigned i = 0; i < ROOM; i++) {
        uint64_t due = kept_probes_due(&kept);

        cr_assert_geq(due, last);
        cr_assert_eq(times[kept_probes_take(&kept).owner], due);
        last = due;
    }
    cr_expect_eq(kept.count, 0);
    kept_probes_close(&kept);
}

static FILE *save(const struct kept_probes *kept)
{
    FILE *file = tmpfile();

    cr_assert(file && kept_probes_save(kept, file) == 0);
    rewind(file);
    return file;
}

Test(kept_probes, are_saved_and_loaded)
{
    struct kept_probes kept, loaded;
    uint64_t sum = 0;

    cr_assert(!kept_probes_open(&kept, ROOM) && !kept_probes_open(&loaded, ROOM));
    for (unsigned i = 0; i < 100; i++)
        kept_probes_add(&kept, 1000 - i,
                        &(struct probe){.target_address = numbered(i).target_address,
                                        .flow = numbered(i).flow,
                                        .ttl = numbered(i).ttl});
    FILE *file = save(&kept);

    cr_assert_eq(kept_probes_load(&loaded, file), 0);
    fclose(file);
    cr_assert_eq(loaded.count, 100);
    cr_expect_eq(kept_probes_due(&loaded), 0);
    while (loaded.count) {
        struct probe probe = kept_probes_take(&loaded), expected = numbered(probe.target_address.high);

        cr_expect_eq(probe.target_address.low, expected.target_address.low);
        cr_expect(probe.flow == expected.flow && probe.ttl == expected.ttl);
        sum += probe.target_address.high;
    }
    cr_expect_eq(sum, 99 * 100 / 2);
    kept_probes_close(&kept);
    kept_probes_close(&loaded);
}

Test(kept_probes, that_do_not_fit_are_refused)
{
    struct kept_probes kept, loaded;

    cr_assert(!kept_probes_open(&kept, 3) && !kept_probes_open(&loaded, 2));
    for (unsigned i = 0; i < 3; i++)
        kept_probes_add(&kept, i, &(struct probe){.ttl = 1});
    FILE *file = save(&kept);

    cr_expect_eq(kept_probes_load(&loaded, file), -EINVAL);
    fclose(file);
    kept_probes_close(&kept);
    kept_probes_close(&loaded);
}
