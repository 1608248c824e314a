// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/program.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

const char *xdp_mode_name(enum xdp_mode mode)
{
    return mode == XDP_MODE_NATIVE ? "native" : "generic";
}

int xdp_program_attach(int program_fd, unsigned interface_index, enum xdp_mode mode)
{
    const struct bpf_link_create_opts options = {
        .sz = sizeof(options),
        .flags = mode == XDP_MODE_NATIVE ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE,
    };

    return bpf_link_create(program_fd, (int)interface_index, BPF_XDP, &options);
}

void xdp_program_detach(int link_fd)
{
    if (link_fd < 0)
        return;
    /* Closing the descriptor alone would detach the program some time later. */
    bpf_link_detach(link_fd);
    close(link_fd);
}

int xdp_program_counters(int map_fd, uint64_t *sums, size_t count)
{
    int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
        return cpus;

    uint64_t *each = calloc((size_t)cpus * count, sizeof(*each));
    if (!each)
        return -ENOMEM;

    int error = bpf_map_lookup_elem(map_fd, &(uint32_t){0}, each) ? -errno : 0;
    for (size_t i = 0; i < count; i++)
        sums[i] = 0;
    for (size_t i = 0; !error && i < (size_t)cpus * count; i++)
        sums[i % count] += each[i];
    free(each);
    return error;
}
