// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include "bench.h"
#include "bpf/xdp_drop.skel.h"
#include "host/netns.h"
#include "xdp/program.h"

static void bring_up(const char *name, struct link_info *link)
{
    bench_require(link_by_name(name, link) == 0 && link_set_up(link->index) == 0, "bring up a device");
}

/* The program stays until the process ends. */
static struct xdp_drop *attach_far_end(unsigned interface_index)
{
    struct xdp_drop *far_end = xdp_drop__open_and_load();

    bench_require(far_end && xdp_program_attach(bpf_program__fd(far_end->progs.xdp_drop), interface_index,
                                                XDP_MODE_NATIVE) >= 0,
                  "attach an XDP program");
    return far_end;
}

void device_make_all(struct device *null, struct device *veth)
{
    int near = netns_create(), far = netns_create();
    struct link_info far_link;

    *null = (struct device){.name = "null"};
    *veth = (struct device){.name = "veth"};
    bench_require(near >= 0 && far >= 0 && netns_enter(near) == 0, "make namespaces: it needs root");
    bench_require(link_create("null", "ifb", 1) == 0, "make an ifb device");
    bench_require(link_create_veth("near", "far", far, 1) == 0, "make a veth pair");
    bring_up("null", &null->link);
    bring_up("near", &veth->link);
    bench_require(netns_enter(far) == 0, "enter a namespace");
    bring_up("far", &far_link);
    veth->far_end = attach_far_end(far_link.index);
    bench_require(netns_enter(near) == 0, "enter a namespace");
}

uint64_t device_arrived(const struct device *device)
{
    struct link_counters counters;
    uint64_t frames = 0;
    int error = device->far_end ? xdp_program_counters(bpf_map__fd(device->far_end->maps.frames), &frames, 1)
                                : link_counters(device->link.index, &counters);

    bench_require(error == 0, "read the counters of a device");
    return device->far_end ? frames : counters.rx_dropped;
}
