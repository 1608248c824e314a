// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/numa.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "table.h"

static char sys[] = "/tmp/hopwire-test-XXXXXX";

static void put(const char *path, const char *text)
{
    char whole[256];

    snprintf(whole, sizeof(whole), "%s/%s", sys, path);
    for (char *p = whole + sizeof(sys); *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(whole, 0700);
        *p = '/';
    }
    FILE *out = fopen(whole, "w");
    cr_assert_not_null(out, "%s", whole);
    fputs(text, out);
    fclose(out);
}

/* Two nodes with eight CPUs each (four cores of two threads); a third node without CPUs. */
static void make_sys(const char *nodes)
{
    cr_assert_not_null(mkdtemp(sys));
    put("devices/system/node/online", nodes);
    put("devices/system/node/node0/cpulist", "0-3,8-11\n");
    put("devices/system/node/node1/cpulist", "4-7,12-15\n");
    put("devices/system/node/node2/cpulist", "\n");
    put("class/net/zero/device/numa_node", "0\n");
    put("class/net/one/device/numa_node", "1\n");
    put("class/net/empty/device/numa_node", "2\n");
    put("class/net/unknown/device/numa_node", "-1\n");
    put("class/net/absurd/device/numa_node", "4096\n");
    put("class/net/virtual/mtu", "1500\n");
    put("class/net/bond0/lower_one/mtu", "1500\n");
    put("class/net/bond0.5/lower_bond0/mtu", "1500\n");
    put("class/net/loop/lower_loop/mtu", "1500\n");
}

static void remove_sys(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -r %s", sys);
    cr_expect_eq(system(command), 0);
}

TestSuite(numa, .fini = remove_sys);

Test(numa, finds_where_a_device_is_at_home)
{
    static const struct {
        const char *interface;
        int node;
        unsigned first, last, count;
    } rows[] = {
        {"zero", 0, 0, 11, 8},   {"one", 1, 4, 15, 8},     {"empty", 2, 0, 0, 0},  {"unknown", -1, 0, 0, 0},
        {"absurd", -1, 0, 0, 0}, {"virtual", -1, 0, 0, 0}, {"bond0", 1, 4, 15, 8}, {"bond0.5", 1, 4, 15, 8},
        {"loop", -1, 0, 0, 0},   {"nosuch", -1, 0, 0, 0},
    };

    make_sys("0-2\n");
    for (size_t row = 0; row < COUNT(rows); row++) {
        struct numa_home home;

        numa_find_home(sys, rows[row].interface, &home);
        cr_expect_eq(home.node, rows[row].node, "%s: %d", rows[row].interface, home.node);
        cr_expect_eq(CPU_COUNT(&home.cpus), (int)rows[row].count, "%s", rows[row].interface);
        if (rows[row].count)
            cr_expect(CPU_ISSET(rows[row].first, &home.cpus) && CPU_ISSET(rows[row].last, &home.cpus));
    }
}

Test(numa, a_single_node_is_no_home)
{
    struct numa_home home;

    make_sys("0\n");
    numa_find_home(sys, "zero", &home);
    cr_expect_eq(home.node, -1);
    cr_expect_eq(CPU_COUNT(&home.cpus), 0);
}

/* Every machine has node 0, and none has the other nodes. */
Test(numa, memory_is_preferred_from_a_node)
{
    make_sys("0\n");
    cr_expect_eq(numa_prefer(0), 0);
    cr_expect_eq(numa_prefer(-1), 0);
    cr_expect_eq(numa_prefer(1023), -EINVAL);
    cr_expect_eq(numa_prefer(1024), -EINVAL);
}
