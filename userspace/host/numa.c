// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/numa.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cpu_list.h"
#include "host/text_file.h"

enum {
    LIST_TEXT = 4096, /* one page: the most that sysfs returns */
    STACKED = 3,      /* a VLAN of a bond of NICs */
    NODES_MAX = 1024, /* the most that a kernel supports (CONFIG_NODES_SHIFT, at most 10) */
    WORD_BITS = 8 * sizeof(unsigned long),
};

static bool read_list(const char *path, struct cpu_list *out)
{
    struct error_text error;
    char text[LIST_TEXT];

    return !text_file_read(path, text, sizeof(text)) && !option_cpu_list(NULL, text, out, &error);
}

/* Nodes without memory or without CPUs count, too: something is still nearer than something else. */
static bool has_several_nodes(const char *sys)
{
    struct cpu_list nodes;
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/devices/system/node/online", sys);
    return read_list(path, &nodes) && nodes.count > 1;
}

static bool find_below(const char *sys, const char *interface, char below[NAME_MAX + 1])
{
    static const char prefix[] = "lower_";
    const struct dirent *entry;
    char path[PATH_MAX];
    bool found = false;

    snprintf(path, sizeof(path), "%s/class/net/%s", sys, interface);
    DIR *directory = opendir(path);
    if (!directory)
        return false;
    while (!found && (entry = readdir(directory))) {
        found = strncmp(entry->d_name, prefix, sizeof(prefix) - 1) == 0;
        if (found)
            snprintf(below, NAME_MAX + 1, "%s", entry->d_name + sizeof(prefix) - 1);
    }
    closedir(directory);
    return found;
}

static int node_of(const char *sys, const char *interface)
{
    char path[PATH_MAX], name[NAME_MAX + 1];
    long node = -1;

    snprintf(name, sizeof(name), "%s", interface);
    for (int depth = 0; depth < STACKED; depth++) {
        char below[NAME_MAX + 1];

        snprintf(path, sizeof(path), "%s/class/net/%s/device/numa_node", sys, name);
        if (!text_file_number(path, &node))
            return node >= 0 && node < NODES_MAX ? (int)node : -1;
        if (!find_below(sys, name, below))
            return -1;
        memcpy(name, below, sizeof(name));
    }
    return -1;
}

void numa_find_home(const char *sys, const char *interface, struct numa_home *out)
{
    struct cpu_list cpus;
    char path[PATH_MAX];

    out->node = has_several_nodes(sys) ? node_of(sys, interface) : -1;
    CPU_ZERO(&out->cpus);
    if (out->node < 0)
        return;
    snprintf(path, sizeof(path), "%s/devices/system/node/node%d/cpulist", sys, out->node);
    if (read_list(path, &cpus))
        for (unsigned i = 0; i < cpus.count; i++)
            CPU_SET(cpus.cpus[i], &out->cpus);
}

int numa_prefer(int node)
{
    unsigned long nodes[NODES_MAX / WORD_BITS] = {0};
    long result;

    if (node >= NODES_MAX)
        return -EINVAL;
    if (node < 0)
        result = syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL);
    else {
        nodes[(unsigned)node / WORD_BITS] |= 1UL << ((unsigned)node % WORD_BITS);
        /* The kernel reads one bit less than the given number. */
        result = syscall(SYS_set_mempolicy, MPOL_PREFERRED, nodes, NODES_MAX + 1UL);
    }
    return result ? -errno : 0;
}
