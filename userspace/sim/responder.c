// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/responder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/sim_router.skel.h"
#include "xdp/program.h"

struct sim_responder {
    struct sim_router *skeleton;
    int link_fd;
};

/* A map has at least one entry. */
static void size_cells(struct sim_responder *responder, const struct sim_cells *cells)
{
    if (cells->count)
        bpf_map__set_max_entries(responder->skeleton->maps.sim_cell_map, cells->count);
}

static int copy_cells(struct sim_responder *responder, const struct sim_cells *cells)
{
    size_t size = cells->count * sizeof(*cells->cells);
    void *map;

    if (!size)
        return 0;
    map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
               bpf_map__fd(responder->skeleton->maps.sim_cell_map), 0);
    if (map == MAP_FAILED)
        return -errno;
    memcpy(map, cells->cells, size);
    munmap(map, size);
    return 0;
}

int sim_responder_load(struct sim_responder **out, const struct sim_topology *topology,
                       const struct sim_router_line *line, const uint8_t mac[6])
{
    struct sim_responder *responder = calloc(1, sizeof(*responder));
    int error;

    if (!responder)
        return -ENOMEM;
    responder->link_fd = -1;
    responder->skeleton = sim_router__open();
    if (!responder->skeleton) {
        error = -errno;
        sim_responder_destroy(responder);
        return error;
    }
    responder->skeleton->rodata->config.topology = *topology;
    responder->skeleton->rodata->config.topology.cells.cells = NULL;
    responder->skeleton->rodata->config.later =
        sim_topology_later(&responder->skeleton->rodata->config.topology);
    if (line)
        responder->skeleton->rodata->config.line = *line;
    sim_responder_set_mac(responder, mac);
    size_cells(responder, &topology->cells);
    if (!topology->habits.limited)
        bpf_map__set_max_entries(responder->skeleton->maps.meters, 1);
    error = sim_router__load(responder->skeleton);
    if (!error && !responder->skeleton->bss)
        error = -EOPNOTSUPP; /* a kernel without shared variables */
    if (!error)
        error = copy_cells(responder, &topology->cells);
    if (error) {
        sim_responder_destroy(responder);
        return error;
    }
    *out = responder;
    return 0;
}

void sim_responder_set_mac(struct sim_responder *responder, const uint8_t mac[6])
{
    __atomic_store_n(&responder->skeleton->bss->gateway_mac, load_be48(mac), __ATOMIC_RELAXED);
}

void sim_responder_get_mac(const struct sim_responder *responder, uint8_t mac[6])
{
    store_be48(mac, __atomic_load_n(&responder->skeleton->bss->gateway_mac, __ATOMIC_RELAXED));
}

int sim_responder_set_line(struct sim_responder *responder, unsigned queue, int socket_fd)
{
    int map = bpf_map__fd(responder->skeleton->maps.line_sockets);

    return bpf_map_update_elem(map, &queue, &socket_fd, BPF_ANY) ? -errno : 0;
}

int sim_responder_attach(struct sim_responder *responder, unsigned interface_index)
{
    /* Native mode only: a generic program would also answer, but much more slowly. */
    int fd = xdp_program_attach(sim_responder_program(responder), interface_index, XDP_MODE_NATIVE);

    if (fd < 0)
        return fd;
    responder->link_fd = fd;
    return 0;
}

void sim_responder_redirect(struct sim_responder *responder, unsigned interface_index)
{
    responder->skeleton->bss->egress = interface_index;
}

int sim_responder_program(const struct sim_responder *responder)
{
    return bpf_program__fd(responder->skeleton->progs.sim_router);
}

int sim_responder_counters(const struct sim_responder *responder, struct sim_router_counters *out)
{
    return xdp_program_counters(bpf_map__fd(responder->skeleton->maps.counters), out->count, SIM_COUNTERS);
}

void sim_responder_destroy(struct sim_responder *responder)
{
    if (!responder)
        return;
    xdp_program_detach(responder->link_fd);
    sim_router__destroy(responder->skeleton);
    free(responder);
}
