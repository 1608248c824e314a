// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_filter.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/reply_filter.skel.h"

struct xdp_filter {
    struct reply_filter *skeleton;
    int link_fd;
};

const char *xdp_mode_name(enum xdp_mode mode)
{
    return mode == XDP_MODE_NATIVE ? "native" : "generic";
}

static int load(struct xdp_filter *filter, struct siphash_key key, unsigned queues)
{
    filter->skeleton = reply_filter__open();
    if (!filter->skeleton)
        return -errno;
    filter->skeleton->rodata->probe_key.k0 = key.k0;
    filter->skeleton->rodata->probe_key.k1 = key.k1;

    int error = bpf_map__set_max_entries(filter->skeleton->maps.sockets, queues);
    return error ? error : reply_filter__load(filter->skeleton);
}

int xdp_filter_open(struct xdp_filter **out, struct siphash_key key, unsigned queues)
{
    struct xdp_filter *filter = calloc(1, sizeof(*filter));

    if (!filter)
        return -ENOMEM;
    filter->link_fd = -1;
    int error = load(filter, key, queues);
    if (error) {
        xdp_filter_close(filter);
        return error;
    }
    *out = filter;
    return 0;
}

int xdp_filter_set_socket(struct xdp_filter *filter, unsigned queue, int fd)
{
    return bpf_map_update_elem(bpf_map__fd(filter->skeleton->maps.sockets), &queue, &fd, BPF_ANY) ? -errno
                                                                                                  : 0;
}

int xdp_filter_attach(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode mode)
{
    LIBBPF_OPTS(bpf_link_create_opts, options,
                .flags = mode == XDP_MODE_NATIVE ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
    int program = bpf_program__fd(filter->skeleton->progs.reply_filter);
    int fd = bpf_link_create(program, (int)interface_index, BPF_XDP, &options);

    if (fd < 0)
        return fd;
    filter->link_fd = fd;
    return 0;
}

void xdp_filter_detach(struct xdp_filter *filter)
{
    if (filter->link_fd < 0)
        return;
    /* Detaching waits until no CPU runs the program; closing the descriptor alone would do it some time
     * later. */
    bpf_link_detach(filter->link_fd);
    close(filter->link_fd);
    filter->link_fd = -1;
}

int xdp_filter_counters(const struct xdp_filter *filter, struct filter_counters *out)
{
    int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
        return cpus;

    struct filter_counters *each = calloc((size_t)cpus, sizeof(*each));
    if (!each)
        return -ENOMEM;

    int error =
        bpf_map_lookup_elem(bpf_map__fd(filter->skeleton->maps.counters), &(uint32_t){0}, each) ? -errno : 0;
    *out = (struct filter_counters){0};
    for (int cpu = 0; !error && cpu < cpus; cpu++)
        for (int i = 0; i < FILTER_COUNTERS; i++)
            out->count[i] += each[cpu].count[i];
    free(each);
    return error;
}

void xdp_filter_close(struct xdp_filter *filter)
{
    if (!filter)
        return;
    xdp_filter_detach(filter);
    reply_filter__destroy(filter->skeleton);
    free(filter);
}
