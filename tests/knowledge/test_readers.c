// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/readers.h"

#include <criterion/criterion.h>

Test(readers, an_era_passes_when_all_hold_nothing)
{
    struct readers readers = {0};
    struct reader one, two;

    readers_join(&readers, &one);
    readers_join(&readers, &two);
    uint64_t era = readers_next_era(&readers);
    cr_expect_not(readers_passed(&readers, era));
    reader_holds_nothing(&readers, &one);
    cr_expect_not(readers_passed(&readers, era), "the other may still read");
    reader_holds_nothing(&readers, &two);
    cr_expect(readers_passed(&readers, era));

    uint64_t later = readers_next_era(&readers);
    reader_holds_nothing(&readers, &one);
    cr_expect_not(readers_passed(&readers, later));
    cr_expect(readers_passed(&readers, era), "what has passed stays so");
    reader_leave(&two);
    cr_expect(readers_passed(&readers, later));
}

/* Who comes later cannot have found what was out of sight already. */
Test(readers, who_comes_later_holds_up_nothing)
{
    struct readers readers = {0};
    struct reader one, two;

    readers_join(&readers, &one);
    uint64_t era = readers_next_era(&readers);
    reader_holds_nothing(&readers, &one);
    readers_join(&readers, &two);
    cr_expect(readers_passed(&readers, era));
    cr_expect_not(readers_passed(&readers, readers_next_era(&readers)));
}
