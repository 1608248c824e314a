// SPDX-License-Identifier: GPL-2.0-or-later
/* The NIC and its driver. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "base/cpu_list.h"
#include "base/number.h"
#include "check/check.h"
#include "engine/umem_budget.h"
#include "host/ethtool.h"
#include "host/link_state.h"
#include "host/memory.h"
#include "host/numa.h"
#include "host/text_file.h"
#include "host/xdp_features.h"
#include "packet/frame.h"
#include "protocol.h"

static bool lacks_carrier(const struct link_info *link)
{
    struct link_state state;

    return link_state(NULL, link->index, &state) == 0 && !state.carrier;
}

static void check_kind(struct check_report *report, const struct link_info *link)
{
    if (link->loopback || link->hardware_type != ARPHRD_ETHER) {
        check_add(report, "interface", CHECK_MISSING, "%s has no Ethernet headers", link->name);
        check_fix(report, "name an Ethernet device with --interface");
        return;
    }
    bool waits = link->up && lacks_carrier(link);
    check_add(report, "interface", link->up && !waits ? CHECK_OK : CHECK_MISSING, "%s, driver %s, %s%s",
              link->name, link->driver[0] ? link->driver : "unknown", link->up ? "up" : "down",
              waits ? ", no carrier: surveys wait for it" : "");
    if (!link->up)
        check_fix(report, "ip link set %s up", link->name);
    else if (waits)
        check_fix(report, "connect it to a device that is up");
}

static void check_mtu(struct check_report *report, const struct link_info *link)
{
    unsigned usual = layouts[LAYOUT_USUAL].longest;
    bool enough = link->mtu >= LAYOUT_LONGEST;

    if (enough || link->mtu < usual)
        check_add(report, "MTU", enough ? CHECK_OK : CHECK_MISSING, "%u, probes need %d", link->mtu,
                  LAYOUT_LONGEST);
    else
        check_add(report, "MTU", CHECK_WARNING, "%u, probes need %u by default, and up to %d otherwise",
                  link->mtu, usual, LAYOUT_LONGEST);
    if (!enough)
        check_fix(report, "ip link set %s mtu %d", link->name, ETHERNET_MTU);
}

static void check_queues(struct check_report *report, const struct link_info *link)
{
    check_add(report, "queues", CHECK_OK, "%u RX, %u TX: an AF_XDP socket for each RX queue", link->rx_queues,
              link->tx_queues);
}

/* The memory that a survey divides among the queues by default. */
static void check_reply_memory(struct check_report *report, const struct link_info *link)
{
    uint64_t budget = umem_budget_default(machine_memory());
    double rate = umem_budget_rate(link->rx_queues, budget);
    char given[SIZE_TEXT_SIZE], needed[SIZE_TEXT_SIZE];

    size_format(budget, given);
    if (umem_budget_least(link->rx_queues) <= budget) {
        check_add(report, "memory for replies", rate > 0 ? CHECK_OK : CHECK_WARNING,
                  "%s for %u RX queue%s: half a second at up to %.0fk probes per second", given,
                  link->rx_queues, plural(link->rx_queues), rate / 1e3);
    } else {
        check_add(report, "memory for replies", CHECK_MISSING, "%s is too little for %u RX queue%s", given,
                  link->rx_queues, plural(link->rx_queues));
    }
    if (rate == 0)
        check_fix(report, "survey --umem-memory %s, or fewer queues: ethtool -L %s",
                  size_format(2 * umem_budget_least(link->rx_queues), needed), link->name);
}

static void check_numa(struct check_report *report, const struct link_info *link)
{
    struct numa_home home;
    struct cpu_list cpus = {0};
    char text[CPU_LIST_TEXT_SIZE];

    numa_find_home("/sys", link->name, &home);
    if (home.node < 0) {
        check_add(report, "NUMA node", CHECK_OK, "none is nearer to %s than others", link->name);
        return;
    }
    cpu_list_set(&home.cpus, &cpus);
    check_add(report, "NUMA node", CHECK_OK, "%d, CPUs %s: surveys place their memory and threads there",
              home.node, cpu_list_format(&cpus, text));
}

static void check_ring(struct check_report *report, const struct link_info *link,
                       const struct ethtool_device *device)
{
    if (!device->rx_ring_max)
        return;
    bool small = device->rx_ring < device->rx_ring_max;
    check_add(report, "RX ring", small ? CHECK_WARNING : CHECK_OK, "%u of %u descriptors%s", device->rx_ring,
              device->rx_ring_max, small ? ": bursts of replies may overrun it" : "");
    if (small)
        check_fix(report, "ethtool -G %s rx %u", link->name, device->rx_ring_max);
}

static void check_speed(struct check_report *report, const struct ethtool_device *device)
{
    if (!device->speed_mbps) {
        check_add(report, "link speed", CHECK_OK, "not reported by the driver");
        return;
    }
    double probes = device->speed_mbps * 1e6 / 8 / frame_wire_bytes(&layouts[LAYOUT_USUAL], 1, false);
    check_add(report, "link speed", CHECK_OK, "%u Mbit/s: at most %.2f million probes per second",
              device->speed_mbps, probes / 1e6);
}

static void check_large_receive(struct check_report *report, const struct link_info *link,
                                const struct ethtool_device *device)
{
    check_add(report, "large receive offload", device->large_receive ? CHECK_WARNING : CHECK_OK,
              device->large_receive ? "on: drivers refuse native XDP with it" : "off");
    if (device->large_receive)
        check_fix(report, "ethtool -K %s lro off", link->name);
}

static void check_xdp(struct check_report *report, const struct link_info *link)
{
    uint64_t features = 0;
    int error = xdp_features_read(link->index, &features);

    if (error == -EOPNOTSUPP) {
        check_add(report, "XDP in the driver", CHECK_OK,
                  "kernels before 6.3 do not report it: surveys try native mode first, and warn if only "
                  "generic mode works");
        return;
    }
    if (error) {
        check_add(report, "XDP in the driver", CHECK_WARNING, "the kernel does not report it (%s)",
                  strerror(-error));
        return;
    }
    bool native = (features & XDP_FEATURE_BASIC) && (features & XDP_FEATURE_REDIRECT);
    check_add(report, "XDP in the driver", native ? CHECK_OK : CHECK_WARNING,
              "%s, %s zero-copy, %s live frames", native ? "native" : "generic mode only, which is slower",
              features & XDP_FEATURE_ZERO_COPY ? "with" : "without",
              features & XDP_FEATURE_NDO_XMIT ? "accepts" : "accepts no");
}

/* Checks the peer of a veth whatever the kernel reports about the near end. */
static void check_peer(struct check_report *report, const struct link_info *link)
{
    if (strcmp(link->driver, "veth") == 0)
        check_add(report, "veth peer", CHECK_WARNING,
                  "not visible from here: live frames and XDP_TX reach it only with a native XDP program or "
                  "GRO there");
}

/* A device on a bus has interrupts listed; virtual devices have none. */
static void check_interrupts(struct check_report *report, const struct link_info *link)
{
    char path[PATH_MAX], cpus[64], first[64] = "";
    unsigned count = 0, spread = 0;
    const struct dirent *entry;

    snprintf(path, sizeof(path), "/sys/class/net/%s/device/msi_irqs", link->name);
    DIR *directory = opendir(path);
    if (!directory)
        return;
    while ((entry = readdir(directory))) {
        snprintf(path, sizeof(path), "/proc/irq/%s/effective_affinity_list", entry->d_name);
        if (entry->d_name[0] == '.' || text_file_read(path, cpus, sizeof(cpus)) || !cpus[0])
            continue;
        if (!count++)
            snprintf(first, sizeof(first), "%s", cpus);
        spread += strcmp(cpus, first) != 0;
    }
    closedir(directory);
    if (!count)
        return;
    bool crowded = link->rx_queues > 1 && !spread;
    check_add(report, "interrupts", crowded ? CHECK_WARNING : CHECK_OK, "%u, %s CPU %s", count,
              spread ? "on several CPUs, the first on" : "all on", first);
    if (crowded)
        check_fix(report, "spread them: echo CPU > /proc/irq/NUMBER/smp_affinity_list, or run irqbalance");
}

static void check_threaded(struct check_report *report, const struct link_info *link)
{
    char path[PATH_MAX];
    long threaded = 0;

    snprintf(path, sizeof(path), "/sys/class/net/%s/threaded", link->name);
    if (!text_file_number(path, &threaded))
        check_add(report, "threaded NAPI", CHECK_OK, "%s", threaded ? "on" : "off");
}

/* Strict filtering does not affect replies that the XDP program takes, only those that it passes: replies to
 * traceroute and ping. */
static void check_reverse_path(struct check_report *report, const struct link_info *link)
{
    char path[PATH_MAX];
    long all = 0, own = 0;

    snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/rp_filter", link->name);
    if (text_file_number(path, &own) || text_file_number("/proc/sys/net/ipv4/conf/all/rp_filter", &all))
        return;
    bool strict = (all > own ? all : own) == 1;
    check_add(report, "reverse-path filter", strict ? CHECK_WARNING : CHECK_OK, "%s",
              strict ? "strict: programs without XDP lose replies that arrive on another interface"
                     : "not strict");
    if (strict)
        check_fix(report, "sysctl -w net.ipv4.conf.%s.rp_filter=2", link->name);
}

void check_device(struct check_report *report, const struct link_info *link)
{
    struct ethtool_device device;

    check_kind(report, link);
    check_mtu(report, link);
    check_queues(report, link);
    check_reply_memory(report, link);
    check_numa(report, link);
    if (!ethtool_read_device(link->name, &device)) {
        check_ring(report, link, &device);
        check_speed(report, &device);
        check_large_receive(report, link, &device);
    }
    check_xdp(report, link);
    check_peer(report, link);
    check_interrupts(report, link);
    check_threaded(report, link);
    check_reverse_path(report, link);
}
