// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory and which CPUs are near a device. On a machine with several nodes (NUMA) a NIC is attached to
 * one of them: from another every frame crosses the link between processors, and back.
 *
 * `sys` is where sysfs is mounted: "/sys", but for tests.
 */
#pragma once

#include <sched.h>

struct numa_home {
    int node;       /* -1: nothing is nearer than anything else, or nobody can tell */
    cpu_set_t cpus; /* of that node; empty where there is none */
};

/* numa_find_home() says where an interface is at home; one that is stacked on others (VLAN, bond) where the
 * first of those is. On a machine with a single node it is nowhere. */
void numa_find_home(const char *sys, const char *interface, struct numa_home *out);

/* numa_prefer() has the calling thread, and those that it starts from now on, take memory from `node` where
 * there is some left; -1: from where they run, as usual. 0 or a negative errno. */
int numa_prefer(int node);
