// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pages.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table.h"

static size_t resident_pages(void *memory, size_t pages)
{
    unsigned char state[4096];
    size_t resident = 0;

    cr_assert_leq(pages, sizeof(state));
    cr_assert_eq(mincore(memory, pages * (size_t)sysconf(_SC_PAGESIZE), state), 0);
    for (size_t i = 0; i < pages; i++)
        resident += state[i] & 1;
    return resident;
}

Test(pages, are_zero_resident_and_writable)
{
    static const size_t counts[] = {1, 3, 511, 512, 513, 4096};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    for (size_t i = 0; i < COUNT(counts); i++) {
        size_t size = counts[i] * page;
        uint8_t *memory = pages_map(size);

        cr_assert_not_null(memory);
        cr_expect_eq(resident_pages(memory, counts[i]), counts[i]);
        for (size_t at = 0; at < size; at++)
            cr_assert_eq(memory[at], 0, "byte %zu of %zu", at, size);
        memory[0] = memory[size - 1] = 1;
        pages_unmap(memory, size);
    }
}

Test(pages, untouched_ones_come_when_they_are_touched)
{
    enum { PAGES = 4096 };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *memory = pages_map_untouched(PAGES * page);

    cr_assert_not_null(memory);
    cr_expect_eq(resident_pages(memory, PAGES), 0);
    cr_expect_eq(memory[7 * page], 0);
    memory[7 * page] = 1;
    cr_expect_lt(resident_pages(memory, PAGES), PAGES);
    pages_unmap(memory, PAGES * page);
}

Test(pages, more_than_there_is_gives_null)
{
    cr_expect_null(pages_map(SIZE_MAX / 2));
    pages_unmap(NULL, 1);
}

/* From two megabytes on, memory that fills begins where a huge page does, and from eight on it ends where one ends. */
Test(pages, that_fill_are_whole_huge_pages)
{
    static const size_t sizes[] = {1, 4096, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 5 << 20, (8 << 20) + 1};

    for (size_t i = 0; i < COUNT(sizes); i++) {
        size_t size = pages_whole(sizes[i]);
        uint8_t *memory = pages_map_as_filled(size);

        cr_assert_not_null(memory);
        cr_expect(size >= sizes[i] && size < sizes[i] + (2 << 20));
        cr_expect(size < 2 << 20 || (uintptr_t)memory % (2 << 20) == 0, "%zu bytes", sizes[i]);
        cr_expect_eq(size % (size < 2 << 20   ? 1
                             : size < 8 << 20 ? 64 << 10
                                              : 2 << 20),
                     0, "%zu bytes", sizes[i]);
        memory[0] = memory[size - 1] = 1;
        pages_unmap(memory, size);
    }
}
