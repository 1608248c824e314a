// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/responder.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/sim_router.skel.h"

struct sim_responder {
    struct sim_router *skeleton;
    int link_fd;
};

int sim_responder_load(struct sim_responder **out, const struct sim_topology *topology, const uint8_t mac[6])
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
    memcpy(responder->skeleton->rodata->config.mac, mac, 6);
    error = sim_router__load(responder->skeleton);
    if (error) {
        sim_responder_destroy(responder);
        return error;
    }
    *out = responder;
    return 0;
}

int sim_responder_attach(struct sim_responder *responder, unsigned interface_index)
{
    /* Native mode only: a generic program would answer too, at a fraction of the rate. */
    LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);

    responder->link_fd =
        bpf_link_create(sim_responder_program(responder), (int)interface_index, BPF_XDP, &options);
    return responder->link_fd < 0 ? -errno : 0;
}

int sim_responder_program(const struct sim_responder *responder)
{
    return bpf_program__fd(responder->skeleton->progs.sim_router);
}

int sim_responder_counters(const struct sim_responder *responder, struct sim_router_counters *out)
{
    int cpus = libbpf_num_possible_cpus();
    struct sim_router_counters *each;
    int error = 0;

    if (cpus < 0)
        return cpus;
    each = calloc((size_t)cpus, sizeof(*each));
    if (!each)
        return -ENOMEM;
    *out = (struct sim_router_counters){0};
    if (bpf_map_lookup_elem(bpf_map__fd(responder->skeleton->maps.counters), &(uint32_t){0}, each))
        error = -errno;
    for (int cpu = 0; cpu < cpus; cpu++)
        for (int i = 0; i < SIM_COUNTERS; i++)
            out->count[i] += each[cpu].count[i];
    free(each);
    return error;
}

void sim_responder_destroy(struct sim_responder *responder)
{
    if (!responder)
        return;
    if (responder->link_fd >= 0)
        close(responder->link_fd);
    sim_router__destroy(responder->skeleton);
    free(responder);
}
