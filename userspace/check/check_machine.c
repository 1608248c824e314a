// SPDX-License-Identifier: GPL-2.0-or-later
/* Privileges, limits and the machine itself. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check/check.h"
#include "host/privilege.h"
#include "host/text_file.h"
#include "host/urgency.h"

static void check_privilege(struct check_report *report, enum privilege privilege,
                            enum check_status otherwise, const char *what_for)
{
    const char *name = privilege_name(privilege);

    if (!privilege_missing(privilege)) {
        check_add(report, name, CHECK_OK, "held");
        return;
    }
    check_add(report, name, otherwise, "not held: needed %s", what_for);
    check_fix(report, "run as root, or: setcap cap_net_raw,cap_net_admin,cap_bpf,cap_perfmon+ep hopwire");
}

void check_privileges(struct check_report *report)
{
    check_privilege(report, PRIVILEGE_NET_RAW, CHECK_MISSING, "to send frames");
    check_privilege(report, PRIVILEGE_NET_ADMIN, CHECK_MISSING, "to attach XDP programs");
    check_privilege(report, PRIVILEGE_BPF, CHECK_MISSING, "to load BPF programs");
    check_privilege(report, PRIVILEGE_PERFMON, CHECK_MISSING,
                    "to load the reply filter, unless mitigations are off");
    check_privilege(report, PRIVILEGE_SYS_ADMIN, CHECK_WARNING, "for the simulated Internet's namespaces");
}

/* A survey raises the limit itself if it may. */
static void check_memlock(struct check_report *report)
{
    struct rlimit limit = {0};

    getrlimit(RLIMIT_MEMLOCK, &limit);
    if (limit.rlim_cur == RLIM_INFINITY || geteuid() == 0) {
        check_add(report, "locked memory", CHECK_OK, "%s",
                  geteuid() == 0 ? "root may lock as much as it needs" : "unlimited");
        return;
    }
    check_add(report, "locked memory", CHECK_WARNING,
              "limited to %llu KB: AF_XDP sockets lock the memory in which replies wait",
              (unsigned long long)limit.rlim_cur / 1024);
    check_fix(report, "ulimit -l unlimited");
}

/* Every probe's send time and every reply's arrival time is a reading of this clock. */
static void check_clock(struct check_report *report)
{
    char source[32];

    if (text_file_read("/sys/devices/system/clocksource/clocksource0/current_clocksource", source,
                       sizeof(source))) {
        check_add(report, "clock source", CHECK_WARNING, "cannot be read");
        return;
    }
    bool slow =
        strcmp(source, "hpet") == 0 || strcmp(source, "acpi_pm") == 0 || strcmp(source, "jiffies") == 0;
    check_add(report, "clock source", slow ? CHECK_WARNING : CHECK_OK, "%s%s", source,
              slow ? ": a reading takes a microsecond or more" : "");
    if (slow)
        check_fix(report, "boot with tsc=reliable where the processor's counter is invariant");
}

static void *raise(void *urgency)
{
    *(enum urgency *)urgency = urgency_raise();
    return NULL;
}

/* Uses a separate thread, so that this one is not urgent afterwards. */
static void check_urgency(struct check_report *report)
{
    enum urgency urgency = URGENCY_ORDINARY;
    pthread_t thread;

    if (!pthread_create(&thread, NULL, raise, &urgency))
        pthread_join(thread, NULL);
    check_add(report, "receiving threads", urgency == URGENCY_REAL_TIME ? CHECK_OK : CHECK_WARNING, "%s%s",
              urgency_name(urgency),
              urgency == URGENCY_REAL_TIME
                  ? ""
                  : ": while other programs use the CPUs, a survey has to send more slowly");
    if (urgency != URGENCY_REAL_TIME)
        check_fix(report, "run as root, or add cap_sys_nice to the capabilities, or: ulimit -r 1");
}

static void check_cpus(struct check_report *report)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    check_add(report, "processors", cpus > 1 ? CHECK_OK : CHECK_WARNING, "%ld online%s", cpus,
              cpus > 1 ? "" : ": sender and receiver share one CPU");
}

void check_machine(struct check_report *report)
{
    check_memlock(report);
    check_clock(report);
    check_cpus(report);
    check_urgency(report);
}
