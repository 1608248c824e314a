// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory and which CPUs are near a device. On a machine with several nodes (NUMA), a NIC is attached to
 * one of them: if another node works on its frames, every frame crosses the link between processors twice.
 *
 * `sys` is where sysfs is mounted: "/sys", except in tests.
 */
#pragma once

#include <sched.h>

struct numa_home {
    int node;       /* -1: no node is nearer than others, or this is unknown */
    cpu_set_t cpus; /* of that node; empty if there is none */
};

/* numa_find_home() finds the node of an interface; for an interface stacked on others (VLAN, bond), the node
 * of the first of those. On a machine with a single node the result is -1. */
void numa_find_home(const char *sys, const char *interface, struct numa_home *out);

/* numa_prefer() makes the calling thread, and threads that it starts later, take memory from `node` while
 * that has some; -1: from where they run, as usual. Returns 0 or a negative errno. */
int numa_prefer(int node);
