// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/host_index.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "addresses.h"
#include "mix.h"

static struct prefix host(uint64_t number)
{
    return (struct prefix){number % 3 ? IPV6(0x20010db800000000 + number, mix64(number)) : IPV4(number), 128};
}

/* Every other entry is a host. */
Test(host_index, finds_what_is_in)
{
    static const size_t counts[] = {1, 2, 3, 7, 1000, 65536, 200000};

    for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
        size_t count = counts[k], place;
        struct prefix *entries = malloc(count * sizeof(*entries));
        struct host_index index;

        for (size_t i = 0; i < count; i++)
            entries[i] = host(i);
        cr_assert_eq(host_index_init(&index, entries, count, count, 77), 0);
        for (size_t i = 0; i < count; i += 2)
            host_index_add(&index, i, 1);
        for (size_t i = 0; i < count; i++) {
            cr_assert_eq(host_index_find(&index, entries[i].base, &place), i % 2 == 0);
            if (i % 2 == 0)
                cr_assert_eq(place, i);
        }
        for (size_t i = 1; i < count; i += 2)
            host_index_add(&index, i, 1);
        for (size_t i = 0; i < count; i++) {
            cr_assert(host_index_find(&index, entries[i].base, &place));
            cr_assert_eq(place, i);
            cr_assert_not(host_index_find(&index, host(i + count).base, &place));
        }
        cr_expect_leq(index.slot_count * sizeof(*index.slots), 6 * count + 8);
        host_index_free(&index);
        free(entries);
    }
}

Test(host_index, many_at_a_time)
{
    struct prefix entries[100];
    struct host_index index;
    size_t place;

    for (size_t i = 0; i < 100; i++)
        entries[i] = host(i);
    for (size_t count = 0; count <= 100; count += 10) {
        cr_assert_eq(host_index_init(&index, entries, 100, 100, 1), 0);
        host_index_add(&index, 0, count);
        for (size_t i = 0; i < 100; i++)
            cr_assert_eq(host_index_find(&index, entries[i].base, &place), i < count);
        host_index_free(&index);
    }
}

Test(host_index, of_none)
{
    struct host_index index;
    size_t place;

    cr_assert_eq(host_index_init(&index, NULL, 0, 0, 1), 0);
    cr_expect_not(host_index_find(&index, IPV4(1), &place));
    host_index_free(&index);
}
