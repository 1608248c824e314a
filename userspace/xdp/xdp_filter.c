// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_filter.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "bpf/reply_filter.skel.h"

struct xdp_filter {
    struct reply_filter *skeleton;
    int link_fd;
};

enum {
    PURPOSE_OF_SECRET = 0x63656c6c, /* keeps what is derived from the key apart */
};

static int load(struct xdp_filter *filter, struct siphash_key key, unsigned queues, uint32_t answers)
{
    filter->skeleton = reply_filter__open();
    if (!filter->skeleton)
        return -errno;
    filter->skeleton->rodata->probe_key.k0 = key.k0;
    filter->skeleton->rodata->probe_key.k1 = key.k1;
    filter->skeleton->rodata->cell_secret = siphash_u64(key, PURPOSE_OF_SECRET);
    filter->skeleton->rodata->most_answers = answers;

    int error = bpf_map__set_max_entries(filter->skeleton->maps.sockets, queues);
    return error ? error : reply_filter__load(filter->skeleton);
}

int xdp_filter_open(struct xdp_filter **out, struct siphash_key key, unsigned queues, uint32_t answers)
{
    struct xdp_filter *filter = calloc(1, sizeof(*filter));

    if (!filter)
        return -ENOMEM;
    filter->link_fd = -1;
    int error = load(filter, key, queues, answers);
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
    int fd = xdp_program_attach(bpf_program__fd(filter->skeleton->progs.reply_filter), interface_index, mode);

    if (fd < 0)
        return fd;
    filter->link_fd = fd;
    return 0;
}

void xdp_filter_detach(struct xdp_filter *filter)
{
    xdp_program_detach(filter->link_fd);
    filter->link_fd = -1;
}

int xdp_filter_counters(const struct xdp_filter *filter, struct filter_counters *out)
{
    return xdp_program_counters(bpf_map__fd(filter->skeleton->maps.counters), out->count, FILTER_COUNTERS);
}

void xdp_filter_close(struct xdp_filter *filter)
{
    if (!filter)
        return;
    xdp_filter_detach(filter);
    reply_filter__destroy(filter->skeleton);
    free(filter);
}
