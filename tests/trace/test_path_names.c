// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_names.h"

#include <criterion/criterion.h>

Test(path_names, a_slow_resolver_is_waited_for_once)
{
    struct name_patience patience = {0};

    cr_expect_not(name_patience_waits(&patience, false, 5));
    cr_expect_eq(name_patience_due(&patience), UINT64_MAX);

    cr_expect(name_patience_waits(&patience, true, 10));
    uint64_t until = name_patience_due(&patience);
    cr_expect_eq(until, 10 + NAMES_PATIENCE_NS);
    cr_expect(name_patience_waits(&patience, true, until - 1));
    cr_expect_eq(name_patience_due(&patience), until, "later looks do not put it off");
    cr_expect_not(name_patience_waits(&patience, true, until));

    cr_expect(name_patience_waits(&patience, true, until));
    cr_expect_leq(name_patience_due(&patience), until + NS_PER_S / 10, "it has missed before");
}

/* What comes in time is no reason to wait less for the next. */
Test(path_names, names_that_come_in_time)
{
    struct name_patience patience = {0};

    for (uint64_t now = 1; now < 100; now += 20) {
        cr_expect(name_patience_waits(&patience, true, now));
        cr_expect_not(name_patience_waits(&patience, false, now + 10));
        cr_expect_eq(name_patience_due(&patience), UINT64_MAX);
        cr_expect_not(patience.missed);
    }
}
