// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/check.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>

#include "host/two_hosts.h"

/* Makes two hosts, and returns the device of the near one. */
static struct link_info near_of(struct two_hosts *hosts)
{
    struct link_info link;

    two_hosts_make(hosts);
    cr_assert_eq(link_by_name("near", &link), 0);
    return link;
}

static const struct check_line *find(const struct check_report *report, const char *name)
{
    for (size_t i = 0; i < report->count; i++)
        if (strcmp(report->lines[i].name, name) == 0)
            return &report->lines[i];
    return NULL;
}

Test(check, is_ready_unless_something_is_missing)
{
    struct check_report report = {0};

    check_add(&report, "a", CHECK_OK, "fine");
    check_add(&report, "b", CHECK_WARNING, "%s %d", "slow", 7);
    check_fix(&report, "do %s", "this");
    cr_expect(check_ready(&report));
    cr_expect_str_eq(report.lines[1].detail, "slow 7");
    cr_expect_str_eq(report.lines[1].fix, "do this");
    cr_expect_str_eq(report.lines[0].fix, "");

    check_add(&report, "c", CHECK_MISSING, "gone");
    cr_expect_not(check_ready(&report));
}

Test(check, keeps_no_more_lines_than_it_has_room_for)
{
    struct check_report report = {0};

    for (int i = 0; i < CHECK_LINES_MAX + 10; i++)
        check_add(&report, "line", CHECK_OK, "%d", i);
    cr_expect_eq(report.count, CHECK_LINES_MAX);
}

Test(check, every_fault_has_a_fix)
{
    struct check_report report = {0};

    check_kernel(&report);
    check_privileges(&report);
    check_machine(&report);
    for (size_t i = 0; i < report.count; i++) {
        const struct check_line *line = &report.lines[i];

        cr_expect(line->detail[0], "%s", line->name);
        if (line->status == CHECK_MISSING)
            cr_expect(line->fix[0], "%s", line->name);
        if (line->status == CHECK_OK)
            cr_expect_str_eq(line->fix, "", "%s", line->name);
    }
}

Test(check, tells_what_a_privilege_is_needed_for)
{
    struct check_report report = {0};

    drop_capability(CAP_NET_RAW);
    check_privileges(&report);
    cr_expect_eq(find(&report, "CAP_NET_RAW")->status, CHECK_MISSING);
    cr_expect_not_null(strstr(find(&report, "CAP_NET_RAW")->fix, "setcap"));
    cr_expect_eq(find(&report, "CAP_NET_ADMIN")->status, CHECK_OK);
    cr_expect_not(check_ready(&report));
}

/* As a container's filter does, for system call `number`. */
static void forbid(int number)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    cr_assert_not_null(filter);
    cr_assert_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0), 0);
    cr_assert_eq(seccomp_load(filter), 0);
    seccomp_release(filter);
}

static void expect_line(const struct check_report *report, const char *name, enum check_status status,
                        const char *detail)
{
    const struct check_line *line = find(report, name);

    cr_assert_not_null(line, "%s", name);
    cr_expect_eq(line->status, status, "%s: %s", name, line->detail);
    cr_expect_not_null(strstr(line->detail, detail), "%s: %s", name, line->detail);
}

/* EPERM says nothing about the kernel: it asks for privileges before it looks for what it has. */
Test(check, does_not_take_what_is_refused_for_what_is_not_there)
{
    struct check_report report = {0};

    check_kernel(&report);
    expect_line(&report, "bpf: XDP programs", CHECK_OK, "supported");
    expect_line(&report, "AF_PACKET", CHECK_OK, "supported");

    report.count = 0;
    forbid(SCMP_SYS(bpf));
    forbid(SCMP_SYS(socket));
    check_kernel(&report);
    expect_line(&report, "bpf: XDP programs", CHECK_MISSING, "forbidden");
    expect_line(&report, "bpf: XSKMAP", CHECK_MISSING, "forbidden");
    expect_line(&report, "AF_XDP", CHECK_MISSING, "forbidden");
    expect_line(&report, "AF_PACKET", CHECK_MISSING, "forbidden");

    report.count = 0;
    drop_capability(CAP_BPF);
    drop_capability(CAP_SYS_ADMIN);
    drop_capability(CAP_NET_RAW);
    check_kernel(&report);
    expect_line(&report, "bpf: XDP programs", CHECK_WARNING, "unknown");
    expect_line(&report, "AF_PACKET", CHECK_WARNING, "unknown");
}

static void check_all(struct check_report *report, const struct link_info *link)
{
    report->count = 0;
    check_kernel(report);
    check_privileges(report);
    check_device(report, link);
    check_tx(report, link, 10000, 1);
}

/* Whatever is in the way of a survey: a link, a privilege, or a container's filter. */
Test(check, no_way_to_send_is_taken_where_none_can_be)
{
    struct check_report report = {0};
    struct two_hosts hosts;
    struct link_info link = near_of(&hosts);

    check_all(&report, &link);
    expect_line(&report, "survey --tx auto", CHECK_OK, "uses ring");
    link.up = false;
    check_all(&report, &link);
    expect_line(&report, "survey --tx auto", CHECK_MISSING, "no survey can send: see 'interface' above");
    link.up = true;
    forbid(SCMP_SYS(bpf));
    check_all(&report, &link);
    expect_line(&report, "survey --tx auto", CHECK_MISSING,
                "no survey can send: see 'bpf: XDP programs' above");
}

Test(check, no_way_to_send_is_taken_without_a_privilege)
{
    struct check_report report = {0};
    struct two_hosts hosts;
    struct link_info link = near_of(&hosts);

    drop_capability(CAP_NET_RAW);
    check_all(&report, &link);
    expect_line(&report, "survey --tx auto", CHECK_MISSING, "no survey can send: see 'CAP_NET_RAW' above");
}

Test(check, a_link_without_carrier_is_not_ready)
{
    struct check_report report = {0};
    struct two_hosts hosts;
    struct link_info link = near_of(&hosts);

    cr_assert_eq(setns(hosts.far_netns, CLONE_NEWNET), 0);
    cr_assert_eq(link_set_down(hosts.far_index), 0);
    cr_assert_eq(setns(hosts.near_netns, CLONE_NEWNET), 0);
    wait_for_carrier(hosts.near_index, false);
    check_device(&report, &link);
    expect_line(&report, "interface", CHECK_MISSING, ", up, no carrier: surveys wait for it");
}

Test(check, knows_a_veth)
{
    struct check_report report = {0};
    struct two_hosts hosts;
    struct link_info link = near_of(&hosts);

    check_device(&report, &link);
    check_way_out(&report, &link);
    cr_expect_not_null(strstr(find(&report, "interface")->detail, "veth"));
    cr_expect_not_null(strstr(find(&report, "XDP in the driver")->detail, "native"));
    cr_expect_eq(find(&report, "veth peer")->status, CHECK_WARNING);
    cr_expect_eq(find(&report, "gateway of IPv4")->status, CHECK_WARNING, "there is no default route");

    report.count = 0;
    link.mtu = 148;
    check_device(&report, &link);
    expect_line(&report, "MTU", CHECK_WARNING, "148, probes need ");
    expect_line(&report, "interface", CHECK_OK, ", up");

    report.count = 0;
    link.up = false;
    link.mtu = 68;
    check_device(&report, &link);
    cr_expect_eq(find(&report, "interface")->status, CHECK_MISSING);
    cr_expect_not_null(strstr(find(&report, "interface")->fix, "ip link set near up"));
    cr_expect_eq(find(&report, "MTU")->status, CHECK_MISSING);
}
