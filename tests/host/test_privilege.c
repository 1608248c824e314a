// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

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

static uint64_t status_set(const char *key)
{
    FILE *file = fopen("/proc/thread-self/status", "re");
    unsigned long long value = UINT64_MAX;
    char line[256];

    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file))
        if (strncmp(line, key, strlen(key)) == 0)
            sscanf(line + strlen(key), ": %llx", &value);
    fclose(file);
    return value;
}

Test(privilege, nothing_is_left_when_all_are_dropped)
{
    static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};

    cr_assert_eq(privilege_drop(0), 0);
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        cr_expect_eq(status_set(sets[i]), 0, "%s", sets[i]);
    cr_expect_eq(prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L), 1);
    cr_expect_eq(privilege_missing(every_privilege), every_privilege);
    cr_expect_eq(privilege_drop(0), 0, "once more");
}

Test(privilege, what_is_kept_is_all_there_is)
{
    cr_assert_eq(privilege_drop(PRIVILEGE_FILES), 0);
    cr_expect_eq(status_set("CapPrm"), 1ULL << CAP_DAC_OVERRIDE);
    cr_expect_eq(status_set("CapEff"), 1ULL << CAP_DAC_OVERRIDE);
    cr_expect_eq(status_set("CapBnd"), 1ULL << CAP_DAC_OVERRIDE);
    cr_expect_eq(status_set("CapInh"), 0);
}

Test(privilege, what_was_not_held_is_not_gained)
{
    drop_capability(CAP_DAC_OVERRIDE);
    cr_assert_eq(privilege_drop(PRIVILEGE_FILES), 0);
    cr_expect_eq(status_set("CapPrm"), 0);
}

Test(privilege, roots_are_not_lent)
{
    cr_expect_not(privilege_is_lent());
    cr_expect(privilege_administers_network());
    drop_capability(CAP_NET_ADMIN);
    cr_expect_not(privilege_administers_network());
}

Test(privilege, old_kernels_want_one_for_what_is_loaded)
{
    static const struct {
        const char *release;
        long disabled;
        unsigned wanted;
    } rows[] = {
        {"5.10.0-28-amd64", 2, PRIVILEGE_LOADED},
        {"5.18.19", 1, PRIVILEGE_LOADED},
        {"5.18.19", 0, 0},
        {"5.19.0-rc1", 2, 0},
        {"6.1.0-56-amd64", 2, 0},
        {"10.2", 2, 0},
        {"unheard of", 2, 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(privilege_of_loaded_bpf_in(rows[i].release, rows[i].disabled), rows[i].wanted, "%s",
                     rows[i].release);
}

Test(privilege, a_thread_leaves_what_the_process_will_not_lose_together)
{
    privilege_leave_thread(0);
    cr_expect_eq(privilege_missing(every_privilege), 0, "the user will be changed, for all threads");
    cr_assert_eq(privilege_narrow(PRIVILEGE_USER), 0);
    cr_expect_eq(privilege_missing(every_privilege), 0);
    cr_expect_eq(status_set("CapBnd"), 0);
    privilege_leave_thread(PRIVILEGE_LOADED);
    cr_expect_eq(status_set("CapPrm"), 1ULL << CAP_BPF);
    privilege_leave_thread(0);
    cr_expect_eq(status_set("CapPrm"), 0);
}

Test(privilege, what_is_not_used_may_be_used_again)
{
    cr_assert_eq(privilege_drop(PRIVILEGE_FILES), 0);
    cr_assert_eq(privilege_use(0), 0);
    cr_expect_eq(privilege_missing(PRIVILEGE_FILES), PRIVILEGE_FILES);
    cr_expect_eq(status_set("CapPrm"), 1ULL << CAP_DAC_OVERRIDE);
    cr_assert_eq(privilege_use(PRIVILEGE_FILES | PRIVILEGE_NET_RAW), 0);
    cr_expect_eq(status_set("CapEff"), 1ULL << CAP_DAC_OVERRIDE);
}

Test(privilege, names)
{
    cr_expect_str_eq(privilege_name(PRIVILEGE_NET_RAW), "CAP_NET_RAW");
    cr_expect_str_eq(privilege_name(PRIVILEGE_NET_ADMIN), "CAP_NET_ADMIN");
    cr_expect_str_eq(privilege_name(PRIVILEGE_SYS_ADMIN), "CAP_SYS_ADMIN");
    cr_expect_str_eq(privilege_name(PRIVILEGE_BPF), "CAP_BPF");
}
