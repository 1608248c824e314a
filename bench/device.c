// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <linux/if_link.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench.h"
#include "bpf/xdp_drop.skel.h"
#include "host/netns.h"

static void bring_up(const char *name, struct link_info *link)
{
    bench_require(link_by_name(name, link) == 0 && link_set_up(link->index) == 0, "bring up a device");
}

static struct xdp_drop *attach_far_end(unsigned interface_index)
{
    LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
    struct xdp_drop *far_end = xdp_drop__open_and_load();

    bench_require(far_end, "load the XDP program");
    /* The link stays until the process ends. */
    bench_require(bpf_link_create(bpf_program__fd(far_end->progs.xdp_drop), (int)interface_index, BPF_XDP,
                                  &options) >= 0,
                  "attach the XDP program");
    return far_end;
}

void device_make_all(struct device *null, struct device *veth)
{
    int near = netns_create(), far = netns_create();
    struct link_info far_link;

    *null = (struct device){.name = "null"};
    *veth = (struct device){.name = "veth"};
    bench_require(near >= 0 && far >= 0 && netns_enter(near) == 0, "make namespaces: it needs root");
    bench_require(link_create("null", "ifb") == 0, "make an ifb device");
    bench_require(link_create_veth("near", "far", far, 1) == 0, "make a veth pair");
    bring_up("null", &null->link);
    bring_up("near", &veth->link);
    bench_require(netns_enter(far) == 0, "enter a namespace");
    bring_up("far", &far_link);
    veth->far_end = attach_far_end(far_link.index);
    bench_require(netns_enter(near) == 0, "enter a namespace");
}

static uint64_t count_at_far_end(const struct xdp_drop *far_end)
{
    int cpus = libbpf_num_possible_cpus();
    uint64_t *each = calloc((size_t)cpus, sizeof(*each)), sum = 0;

    bench_require(each && bpf_map_lookup_elem(bpf_map__fd(far_end->maps.frames), &(uint32_t){0}, each) == 0,
                  "read the XDP program's counters");
    for (int cpu = 0; cpu < cpus; cpu++)
        sum += each[cpu];
    free(each);
    return sum;
}

uint64_t device_arrived(const struct device *device)
{
    struct link_counters counters;

    if (device->far_end)
        return count_at_far_end(device->far_end);
    bench_require(link_counters(device->link.index, &counters) == 0, "read a device's counters");
    return counters.rx_dropped;
}
