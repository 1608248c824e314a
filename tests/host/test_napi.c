// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/napi.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/cpus.h"
#include "host/ethtool.h"
#include "host/link.h"
#include "host/netns.h"

enum {
    QUEUES = 3,
};

/* A pair whose near end polls, since it has GRO. */
static unsigned make_device(void)
{
    struct link_info link;

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_create_veth("near", "far", netns_create(), QUEUES), 0);
    cr_assert_eq(link_by_name("near", &link), 0);
    return link.index;
}

struct thread {
    unsigned long instance;
    cpu_set_t cpus;
};

/* Kernel threads that work for the device are named after it and the instance. */
static bool read_thread(const char *comm_path, struct thread *out)
{
    FILE *file = fopen(comm_path, "r");
    bool found;

    if (!file)
        return false; /* it has ended */
    found = fscanf(file, "napi/near-%lu", &out->instance) == 1;
    fclose(file);
    return found && !sched_getaffinity((pid_t)strtol(comm_path + strlen("/proc/"), NULL, 10),
                                       sizeof(out->cpus), &out->cpus);
}

static int by_instance(const void *one, const void *other)
{
    unsigned long a = ((const struct thread *)one)->instance, b = ((const struct thread *)other)->instance;

    return (a > b) - (a < b);
}

static unsigned list_threads(struct thread out[QUEUES])
{
    unsigned count = 0;
    glob_t paths;

    cr_assert_eq(glob("/proc/[0-9]*/comm", 0, NULL, &paths), 0);
    for (size_t i = 0; i < paths.gl_pathc && count < QUEUES; i++)
        count += read_thread(paths.gl_pathv[i], &out[count]);
    globfree(&paths);
    qsort(out, count, sizeof(out[0]), by_instance);
    return count;
}

/* One set of CPUs for every CPU that there is. */
static unsigned list_single_cpus(cpu_set_t out[CPU_SETSIZE])
{
    cpu_set_t available;
    unsigned count = 0;

    cr_assert_eq(cpus_available(&available), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &available)) {
            CPU_ZERO(&out[count]);
            CPU_SET(cpu, &out[count++]);
        }
    return count;
}

Test(napi, gives_each_queue_a_thread_in_its_place)
{
    static cpu_set_t cpus[CPU_SETSIZE];
    unsigned index = make_device(), count = list_single_cpus(cpus);
    struct thread threads[QUEUES];

    cr_assert_eq(ethtool_set_gro("near", true), 0);
    cr_assert_eq(link_set_up(index), 0);
    int error = napi_give_threads(index, cpus, count);
    if (error == -EOPNOTSUPP)
        cr_skip_test("needs Linux 6.17");
    cr_expect_eq(error, 0);
    cr_assert_eq(list_threads(threads), QUEUES);
    for (unsigned i = 0; i < QUEUES; i++)
        cr_expect(CPU_EQUAL(&threads[i].cpus, &cpus[i % count]), "thread %u is elsewhere", i);
}

Test(napi, moves_every_queue_of_a_device)
{
    unsigned index = make_device();
    cpu_set_t cpus;

    cr_assert_eq(ethtool_set_gro("near", true), 0);
    cr_assert_eq(link_set_up(index), 0);
    cr_assert_eq(cpus_available(&cpus), 0);
    int error = napi_give_threads(index, &cpus, 1);
    if (error == -EOPNOTSUPP)
        cr_skip_test("needs Linux 6.17");
    cr_expect_eq(error, 0);
    cr_expect_eq(napi_give_threads(index, &cpus, 1), 0, "again");
    CPU_ZERO(&cpus);
    cr_expect_eq(napi_give_threads(index, &cpus, 1), 0, "anywhere");
    CPU_SET(CPU_SETSIZE - 1, &cpus);
    cr_expect_eq(napi_give_threads(index, &cpus, 1), -EINVAL, "on a CPU that is not there");
}

Test(napi, needs_something_that_polls)
{
    unsigned index = make_device();
    cpu_set_t anywhere;

    CPU_ZERO(&anywhere);
    cr_expect_neq(napi_give_threads(index, &anywhere, 1), 0, "without GRO or a program there is no instance");
    cr_expect_neq(napi_give_threads(9999, &anywhere, 1), 0);
}
