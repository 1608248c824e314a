// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/xdp_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/reply_filter.skel.h"
#include "xdp/dispatcher.h"
#include "xdp/grace.h"

struct xdp_filter {
    struct layout_pair layouts;
    unsigned queues;
    uint32_t answers;
    bool fragments; /* the program takes frames in several buffers */
    bool telling;   /* the program reports what it rejects */
    bool counting;  /* the kernel takes the program that counts refusals */
    struct reply_filter *skeleton;
    struct bpf_link *refusals; /* NULL: they are not counted */
    int link_fd;
    struct dispatcher *dispatcher; /* NULL: the program is alone on its interface */
    struct grace grace;            /* waited for after the program is detached */
};

enum {
    PURPOSE_OF_SECRET = 0x63656c6c, /* separates this secret from others derived from the key */
    /* Some six thousand frames: half a million per second while their reader sleeps for 10 ms. */
    REJECTED_ROOM = 4 << 20,
};

static void unload(struct xdp_filter *filter)
{
    bpf_link__destroy(filter->refusals);
    reply_filter__destroy(filter->skeleton);
    filter->refusals = NULL;
    filter->skeleton = NULL;
}

/* The map is made before the programs, because one of them must know the map's ID. */
static int make_sockets(struct xdp_filter *filter)
{
    struct bpf_map_info info = {0};
    uint32_t length = sizeof(info);
    int fd = bpf_map_create(BPF_MAP_TYPE_XSKMAP, "sockets", sizeof(uint32_t), sizeof(uint32_t),
                            filter->queues, NULL);

    if (fd < 0)
        return -errno;
    int error = bpf_obj_get_info_by_fd(fd, &info, &length) ? -errno : 0;
    if (!error)
        error = bpf_map__reuse_fd(filter->skeleton->maps.sockets, fd);
    close(fd);
    filter->skeleton->rodata->sockets_id = info.id;
    return error;
}

static uint32_t number_of(const struct layout_choice *choice)
{
    return choice->layout ? choice->layout->number : LAYOUT_NONE;
}

static void set_layouts(struct xdp_filter *filter, const struct layout_choice *both)
{
    struct reply_filter *skeleton = filter->skeleton;

    skeleton->rodata->probe_key.k0 = both->key.k0;
    skeleton->rodata->probe_key.k1 = both->key.k1;
    skeleton->rodata->probe_port = both->port;
    skeleton->rodata->layout_ipv4 = number_of(&filter->layouts.ipv4);
    skeleton->rodata->layout_ipv6 = number_of(&filter->layouts.ipv6);
    skeleton->rodata->cell_secret = siphash_u64(both->key, PURPOSE_OF_SECRET);
}

/* Without reports the program does not use the map, so older kernels need not know the map's type. */
static void set_telling(struct xdp_filter *filter)
{
    filter->skeleton->rodata->telling = filter->telling;
    if (filter->telling)
        bpf_map__set_max_entries(filter->skeleton->maps.rejected, REJECTED_ROOM);
    else
        bpf_map__set_autocreate(filter->skeleton->maps.rejected, false);
}

/* Everything before loading. In a dispatcher, libxdp loads the program. */
static int prepare(struct xdp_filter *filter)
{
    struct reply_filter *skeleton = filter->skeleton = reply_filter__open();

    if (!skeleton)
        return -errno;
    set_layouts(filter, layout_pair_usual(&filter->layouts));
    skeleton->rodata->most_answers = filter->answers;
    set_telling(filter);
    bpf_program__set_flags(skeleton->progs.reply_filter, filter->fragments ? BPF_F_XDP_HAS_FRAGS : 0);
    bpf_program__set_autoload(skeleton->progs.count_refused, filter->counting);
    return make_sockets(filter);
}

static int try_to_load(struct xdp_filter *filter)
{
    int error = prepare(filter);

    if (!error)
        error = reply_filter__load(filter->skeleton);
    if (error)
        unload(filter);
    return error;
}

/* Called before replies come, so that every redirected reply is covered. */
static void count_refusals(struct xdp_filter *filter)
{
    if (filter->counting)
        filter->refusals = bpf_program__attach(filter->skeleton->progs.count_refused);
}

static int load(struct xdp_filter *filter)
{
    filter->counting = true;
    int error = try_to_load(filter);

    if (error) {
        filter->counting = false;
        error = try_to_load(filter);
    }
    if (!error)
        count_refusals(filter);
    return error;
}

int xdp_filter_open(struct xdp_filter **out, const struct layout_pair *pair, unsigned queues,
                    uint32_t answers)
{
    struct xdp_filter *filter = calloc(1, sizeof(*filter));

    if (!filter)
        return -ENOMEM;
    /* libbpf reads this once and keeps it. When the counters are read later, files cannot be
     * opened any more. */
    (void)libbpf_num_possible_cpus();
    *filter = (struct xdp_filter){.layouts = *pair,
                                  .queues = queues,
                                  .answers = answers,
                                  .fragments = true,
                                  .link_fd = -1,
                                  .grace = GRACE_NONE};
    int error = load(filter);
    if (error == -EINVAL) {
        filter->fragments = false;
        error = load(filter);
    }
    if (!error)
        error = grace_open(&filter->grace);
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

int xdp_filter_tell(struct xdp_filter *filter)
{
    unload(filter);
    filter->telling = true;
    return load(filter);
}

int xdp_filter_rejected_fd(const struct xdp_filter *filter)
{
    return bpf_map__fd(filter->skeleton->maps.rejected);
}

static int attach(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode mode)
{
    if (!filter->skeleton)
        return -ENOENT; /* loading it again failed */

    int fd = xdp_program_attach(bpf_program__fd(filter->skeleton->progs.reply_filter), interface_index, mode);

    if (fd < 0)
        return fd;
    filter->link_fd = fd;
    return 0;
}

static int load_without_fragments(struct xdp_filter *filter)
{
    unload(filter);
    filter->fragments = false;
    return load(filter);
}

int xdp_filter_attach(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode mode)
{
    int error = attach(filter, interface_index, mode);

    if (!error || error == -EBUSY || error == -EEXIST || !filter->fragments)
        return error;
    error = load_without_fragments(filter);
    return error ? error : attach(filter, interface_index, mode);
}

static int load_into(struct xdp_filter *filter)
{
    unload(filter);
    int error = prepare(filter);

    if (!error)
        error = dispatcher_join(filter->dispatcher, filter->skeleton->obj);
    if (error)
        unload(filter);
    else
        count_refusals(filter);
    return error;
}

int xdp_filter_join(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode *mode)
{
    bool generic;
    int error = dispatcher_open(&filter->dispatcher, interface_index, "reply_filter", &generic);

    if (error)
        return error;
    *mode = generic ? XDP_MODE_GENERIC : XDP_MODE_NATIVE;
    error = load_into(filter);
    if (error)
        xdp_filter_detach(filter);
    return error;
}

void xdp_filter_detach(struct xdp_filter *filter)
{
    bool attached = filter->link_fd >= 0 || filter->dispatcher;

    xdp_program_detach(filter->link_fd);
    filter->link_fd = -1;
    dispatcher_close(filter->dispatcher);
    filter->dispatcher = NULL;
    if (attached)
        (void)grace_period(&filter->grace);
}

bool xdp_filter_counts_refusals(const struct xdp_filter *filter)
{
    return filter->refusals;
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
    unload(filter);
    grace_close(&filter->grace);
    free(filter);
}
