// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <linux/capability.h>

#include "host/privilege.h"
#include "host/two_hosts.h"

static const unsigned every_privilege =
    PRIVILEGE_NET_RAW | PRIVILEGE_NET_ADMIN | PRIVILEGE_SYS_ADMIN | PRIVILEGE_BPF;

Test(privilege, root_misses_none)
{
    cr_expect_eq(privilege_missing(every_privilege), 0);
}

/* Each row drops one more. */
Test(privilege, dropped_ones_are_missing)
{
    static const struct {
        unsigned drop, missing;
    } steps[] = {
        {CAP_BPF, 0}, /* CAP_SYS_ADMIN includes it */
        {CAP_NET_RAW, PRIVILEGE_NET_RAW},
        {CAP_SYS_ADMIN, PRIVILEGE_NET_RAW | PRIVILEGE_SYS_ADMIN | PRIVILEGE_BPF},
        {CAP_NET_ADMIN, every_privilege},
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        drop_capability(steps[i].drop);
        cr_expect_eq(privilege_missing(every_privilege), steps[i].missing, "step %zu", i);
        cr_expect_eq(privilege_missing(0), 0, "step %zu", i);
    }
}

Test(privilege, cap_bpf_suffices_without_cap_sys_admin)
{
    drop_capability(CAP_SYS_ADMIN);
    cr_expect_eq(privilege_missing(PRIVILEGE_BPF), 0);
}

Test(privilege, only_wanted_ones_are_missing)
{
    drop_capability(CAP_NET_RAW);
    drop_capability(CAP_NET_ADMIN);
    cr_expect_eq(privilege_missing(PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF), PRIVILEGE_NET_ADMIN);
}

Test(privilege, names)
{
    cr_expect_str_eq(privilege_name(PRIVILEGE_NET_RAW), "CAP_NET_RAW");
    cr_expect_str_eq(privilege_name(PRIVILEGE_NET_ADMIN), "CAP_NET_ADMIN");
    cr_expect_str_eq(privilege_name(PRIVILEGE_SYS_ADMIN), "CAP_SYS_ADMIN");
    cr_expect_str_eq(privilege_name(PRIVILEGE_BPF), "CAP_BPF");
}
