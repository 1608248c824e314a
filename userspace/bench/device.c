// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/device.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf/xdp_drop.skel.h"
#include "host/netns.h"
#include "xdp/program.h"

enum {
    RUNNING_WITHIN_MS = 1000,
};

#define SOURCE 0xc6120002 /* 198.18.0.2 */

static const struct bench_device closed = {
    .netns = -1,
    .far_netns = -1,
    .far_program = -1,
};

static int bring_up(const char *name, struct link_info *link)
{
    int error = link_by_name(name, link);

    return error ? error : link_set_up(link->index);
}

static int make_null(struct bench_device *device, unsigned queues)
{
    int error = link_create("null", "ifb", queues);

    return error ? error : bring_up("null", &device->link);
}

static int attach_far_end(struct bench_device *device)
{
    device->far_end = xdp_drop__open_and_load();
    if (!device->far_end)
        return -errno;
    device->far_program = xdp_program_attach(bpf_program__fd(device->far_end->progs.xdp_drop),
                                             device->far_link.index, XDP_MODE_NATIVE);
    return device->far_program < 0 ? device->far_program : 0;
}

static int make_far_end(struct bench_device *device)
{
    int error = netns_enter(device->far_netns);

    if (!error)
        error = bring_up("far", &device->far_link);
    if (!error)
        error = attach_far_end(device);
    return error;
}

static int make_veth(struct bench_device *device, unsigned queues)
{
    device->far_netns = netns_create();
    if (device->far_netns < 0)
        return device->far_netns;

    int error = link_create_veth("near", "far", device->far_netns, queues);
    if (!error)
        error = bring_up("near", &device->link);
    if (!error)
        error = make_far_end(device);
    if (!error)
        error = netns_enter(device->netns);
    memcpy(device->next_hop_mac, device->far_link.mac, sizeof(device->next_hop_mac));
    return error ? error : link_wait_running(device->link.index, RUNNING_WITHIN_MS);
}

/* Creates a device in a new namespace, and returns to the old one. */
static int make(struct bench_device *device, unsigned queues, int (*build)(struct bench_device *, unsigned))
{
    int home = netns_open_current();

    *device = closed;
    device->source = address_of_ipv4(SOURCE);
    if (home < 0)
        return home;
    device->netns = netns_create();
    int error = device->netns < 0 ? device->netns : netns_enter(device->netns);
    if (!error)
        error = build(device, queues);
    int returned = netns_enter(home);
    close(home);
    error = error ? error : returned;
    if (error)
        bench_device_close(device);
    return error;
}

int bench_device_open_null(struct bench_device *device, unsigned queues)
{
    int error = make(device, queues, make_null);

    device->counts_itself = true;
    return error;
}

int bench_device_open_veth(struct bench_device *device, unsigned queues)
{
    return make(device, queues, make_veth);
}

int bench_device_adopt(struct bench_device *device, const struct link_info *link, struct address source,
                       const uint8_t next_hop_mac[6])
{
    *device = closed;
    device->source = address_of_ipv4(SOURCE);
    device->link = *link;
    device->source = source;
    memcpy(device->next_hop_mac, next_hop_mac, sizeof(device->next_hop_mac));
    device->netns = netns_open_current();
    return device->netns < 0 ? device->netns : 0;
}

void bench_device_close(struct bench_device *device)
{
    if (device->netns < 0)
        return;
    xdp_program_detach(device->far_program);
    xdp_drop__destroy(device->far_end);
    if (device->far_netns >= 0)
        close(device->far_netns);
    close(device->netns);
    *device = closed;
    device->source = address_of_ipv4(SOURCE);
}

bool bench_device_tells(const struct bench_device *device)
{
    return device->counts_itself || device->far_end;
}

int bench_device_arrived(const struct bench_device *device, uint64_t *frames)
{
    struct link_counters counters;
    int error;

    if (device->far_end)
        return xdp_program_counters(bpf_map__fd(device->far_end->maps.frames), frames, 1);
    error = link_counters(NULL, device->link.index, &counters);
    *frames = counters.rx_packets; /* rx_dropped has one counter for all queues, and misses some */
    return error;
}
