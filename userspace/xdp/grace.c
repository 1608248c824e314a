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

int grace_open(struct grace *grace)
{
    *grace = (struct grace)GRACE_NONE;
    int inner = make_map(BPF_MAP_TYPE_ARRAY, -1);
    if (inner < 0)
        return inner;
    int outer = make_map(BPF_MAP_TYPE_ARRAY_OF_MAPS, inner);
    if (outer < 0) {
        close(inner);
        return outer;
    }
    *grace = (struct grace){outer, inner};
    return 0;
}

void grace_close(struct grace *grace)
{
    if (grace->outer >= 0)
        close(grace->outer);
    if (grace->inner >= 0)
        close(grace->inner);
    *grace = (struct grace)GRACE_NONE;
}

int grace_period(const struct grace *grace)
{
    const uint32_t key = 0;

    return bpf_map_update_elem(grace->outer, &key, &grace->inner, BPF_ANY) ? -errno : 0;
}
