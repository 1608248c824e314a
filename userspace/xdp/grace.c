// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/grace.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include <bpf/bpf.h>

static int make_map(enum bpf_map_type type, int inner)
{
    const struct bpf_map_create_opts options = {.sz = sizeof(options),
                                                .inner_map_fd = inner < 0 ? 0 : (uint32_t)inner};
    int fd = bpf_map_create(type, "grace", sizeof(uint32_t), sizeof(uint32_t), 1, &options);

    return fd < 0 ? -errno : fd;
}

static int change(int outer, int inner)
{
    const uint32_t key = 0;

    return bpf_map_update_elem(outer, &key, &inner, BPF_ANY) ? -errno : 0;
}

int grace_period(void)
{
    int inner = make_map(BPF_MAP_TYPE_ARRAY, -1);
    int outer = inner < 0 ? inner : make_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, inner);
    int error = outer < 0 ? outer : change(outer, inner);

    if (outer >= 0)
        close(outer);
    if (inner >= 0)
        close(inner);
    return error;
}
