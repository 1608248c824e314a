// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_out.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/stop_signal.h"
#include "command/commands.h"
#include "sim/line.h"

/* Whether kernel threads of the simulated Internet have the senders' CPUs, ahead of them: many probes are
 * then answered at a time, on the CPU that has just written them. Not where the sender would have to wait
 * after every frame. Live frames come in batches anyway, and where replies take time they pass through
 * threads of the simulator. */
bool way_out_beside_simulator(const struct survey_config *config)
{
    const struct sim_line_config line = sim_options_line(config->sim);

    if (config->sim_topology->kind == SIM_LINUX)
        return false;
    if (config->sim->threaded_napi != SIM_AS_REALISM_SAYS)
        return config->sim->threaded_napi;
    return !config->tx->helpers && !config->tx->yields && !sim_line_is_needed(&line);
}

static int open_uplink(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct sim_uplink_config uplink = sim_uplink_configure(config->sim, config->sim_topology);
    cpu_set_t cpus[SIM_QUEUES_MAX];
    int error;

    for (unsigned queue = 0; queue < uplink.queues; queue++)
        placement_of_queue(&survey->placement, queue, uplink.queues, &cpus[queue]);
    uplink.cpus = cpus;
    uplink.threaded_napi = way_out_beside_simulator(config);
    error = sim_uplink_open(&survey->uplink, &uplink);
    if (!error)
        return EXIT_DONE;
    return error == -EPERM ? EXIT_UNUSABLE : EXIT_FAILED;
}

int way_out_open(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct egress_options options = config->egress;
    struct egress_error error;

    if (config->sim) {
        int refused = open_uplink(survey);

        if (refused)
            return refused;
        options.interface = sim_uplink_interface(survey->uplink);
    }
    if (egress_find(&survey->egress, &options, config->plan->targets, &error)) {
        if (!stop_signal_pending()) /* which ends the wait for a neighbour */
            log_error("survey: %s", error.text);
        return EXIT_UNUSABLE;
    }

    struct frame_config frame = {
        .key = config->plan->probe_key,
        .source = survey->egress.source,
        .vlan = survey->egress.vlan,
    };
    memcpy(frame.source_mac, survey->egress.link.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, survey->egress.next_hop_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&survey->frame, &frame);
    return EXIT_DONE;
}

/* AF_XDP sockets send on the queue of their number, the others' frames go to that of the CPU they leave from.
 */
int way_out_check_queues(struct survey *survey)
{
    const struct link_info *link = &survey->egress.link;
    unsigned queues = link->tx_queues, one, other;

    if (survey->config->tx->one_device && link_is_bundle(link)) {
        log_error("survey: --tx %s sends by one device, and %s %s consists of several: take --tx ring",
                  survey->config->tx->name, link->kind, link->name);
        return EXIT_UNUSABLE;
    }
    if (survey->config->tx->uses_xdp_socket) {
        if (link->rx_queues < queues)
            queues = link->rx_queues;
        if (survey->sender_count <= queues)
            return EXIT_DONE;
        log_error("survey: --threads %u: --tx %s needs a queue for each, and %s has %u (%s)",
                  survey->sender_count, survey->config->tx->name, link->name, queues,
                  survey->config->sim ? "--sim=queues=N" : "ethtool -L sets them");
        return EXIT_UNUSABLE;
    }
    if (survey->sender_count > queues)
        log_warning("%u senders share the %u TX queue%s of %s and wait for each other", survey->sender_count,
                    queues, queues == 1 ? "" : "s", link->name);
    else if (placement_shared_queue(&survey->placement, queues, &one, &other))
        log_warning(
            "senders on CPUs %u and %u share one of the %u TX queues of %s, unless XPS says otherwise", one,
            other, queues, link->name);
    return EXIT_DONE;
}

void way_out_close(struct survey *survey)
{
    if (survey->uplink)
        sim_uplink_close(survey->uplink);
}
