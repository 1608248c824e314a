// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_out.h"

#include <errno.h>
#include <string.h>

#include "base/address_text.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/stop_signal.h"
#include "host/fib.h"
#include "host/link_ports.h"
#include "host/own_address.h"
#include "send/tx_ways.h"
#include "sim/line.h"
#include "survey/way_in.h"
#include "survey/ways_told.h"
#include "xdp/socket.h"

/* Kernel threads of the simulated Internet run on the senders' CPUs and go before them: then many probes
 * are answered at a time, on the CPU that has just written them. That is not done where the sender would
 * have to wait after every frame. Live frames come in batches anyway. Delayed replies pass through threads
 * of the simulator. */
bool way_out_beside_simulator(const struct survey *survey)
{
    const struct survey_config *config = survey->config;
    const struct sim_line_config line = sim_options_line(config->sim);

    if (config->sim_topology->kind == SIM_LINUX)
        return false;
    if (config->sim->threaded_napi != SIM_AS_REALISM_SAYS)
        return config->sim->threaded_napi;
    return !survey->tx->helpers && !survey->tx->yields && !sim_line_is_needed(&line);
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
    uplink.layouts = config->plan->layouts;
    uplink.threaded_napi = way_out_beside_simulator(survey);
    error = sim_uplink_open(&survey->uplink, &uplink);
    if (!error)
        return EXIT_DONE;
    return error == -EPERM ? EXIT_UNUSABLE : EXIT_FAILED;
}

static void make_frame(struct survey *survey, unsigned way)
{
    const struct egress *egress = &survey->ways.list[way].egress;
    struct frame_config frame = {
        .layout = *layout_of_family(&survey->config->plan->layouts, address_family(egress->source)),
        .source = egress->source,
        .vlan = egress->vlan,
        .contact = survey->config->contact,
    };

    memcpy(frame.source_mac, egress->link.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, egress->next_hop_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&survey->frames[way], &frame);
}

static void find_outlets(struct survey *survey)
{
    const struct ways *ways = &survey->ways;

    for (unsigned i = 0; i < ways->count; i++)
        if (ways_first_by(ways, ways->list[i].egress.link.index) == i)
            survey->outlets[survey->outlet_count++].way = i;
}

const struct link_info *way_out_link(const struct survey *survey, const struct outlet *outlet)
{
    return &survey->ways.list[outlet->way].egress.link;
}

static uint64_t sent_by(const struct survey *survey, unsigned way)
{
    uint64_t sent = survey->sent_by_way[way];

    for (unsigned i = 0; i < survey->sender_count; i++) {
        struct tx *tx = survey->senders[i].sender.tx;

        if (tx)
            sent += counter_read(&tx_ways_at(tx, way)->counters.sent);
    }
    return sent;
}

uint64_t way_out_sent(const struct survey *survey, const struct outlet *outlet)
{
    unsigned index = way_out_link(survey, outlet)->index;
    uint64_t sent = 0;

    for (unsigned i = outlet->way; i < survey->ways.count; i++)
        if (survey->ways.list[i].egress.link.index == index)
            sent += sent_by(survey, i);
    return sent;
}

unsigned way_out_longest(const struct survey *survey, const struct outlet *outlet)
{
    unsigned index = way_out_link(survey, outlet)->index, longest = 0;

    for (unsigned i = outlet->way; i < survey->ways.count; i++) {
        unsigned its_longest = survey->frames[i].layout.layout->longest;

        if (survey->ways.list[i].egress.link.index == index && its_longest > longest)
            longest = its_longest;
    }
    return longest;
}

static void warn_of_source(struct address source)
{
    char text[ADDRESS_TEXT_SIZE];

    if (address_is_none(source) || address_is_own(source))
        return;
    address_format(source, text);
    log_warning("%s is not an address of this host: routing rules for it are not known here, and replies "
                "arrive only if the network sends them to this host",
                text);
}

/* Warns, before anything is sent, of rules and routes that cannot be evaluated here. */
static void warn_of_routing(const struct survey *survey)
{
    uint16_t port = survey->config->plan->config.layout.port;

    warn_of_source(survey->config->egress.sources.ipv4);
    warn_of_source(survey->config->egress.sources.ipv6);
    if (port && fib_looks_at_ports())
        log_warning("routing rules (ip rule) depend on ports: all probes take the route of a packet from "
                    "port %d to port %u",
                    LAYOUT_PORTS, port);
}

struct egress_options way_out_options(const struct survey_config *config)
{
    const struct layout_choice *layout = &config->plan->config.layout;
    struct egress_options options = config->egress;

    options.protocol = layout->layout->protocol;
    options.port = layout->port;
    options.layouts = config->plan->layouts;
    return options;
}

int way_out_open(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct egress_options options = way_out_options(config);
    struct error_text error;

    if (config->sim) {
        int refused = open_uplink(survey);

        if (refused)
            return refused;
        options.interface = sim_uplink_interface(survey->uplink);
        options.single = true;
    }
    if (ways_find(&survey->ways, &options, config->plan->targets, &error) || stop_signal_pending()) {
        if (!stop_signal_pending()) /* it ends the wait for a neighbour */
            log_error("survey: %s", error.text);
        return EXIT_UNUSABLE;
    }
    for (unsigned i = 0; i < survey->ways.count; i++)
        make_frame(survey, i);
    find_outlets(survey);
    ways_warn(&survey->ways, targets_count(config->plan->targets));
    if (!config->sim)
        warn_of_routing(survey);
    return EXIT_DONE;
}

/* AF_XDP sockets send on the queue of their number. Frames of other backends go to the queue of the CPU
 * from which they leave. */
static int check_queues(const struct survey *survey, const struct link_info *link)
{
    unsigned queues = link->tx_queues, one, other;

    if (survey->tx->one_device && link_is_bundle(link)) {
        log_error("survey: --tx %s sends by one device, but %s %s consists of several: use --tx ring",
                  survey->tx->name, link->kind, link->name);
        return EXIT_UNUSABLE;
    }
    if (survey->tx->uses_xdp_socket) {
        if (link->rx_queues < queues)
            queues = link->rx_queues;
        if (survey->sender_count <= queues)
            return EXIT_DONE;
        log_error("survey: --threads %u: --tx %s needs a queue for each sender, and %s has %u (%s)",
                  survey->sender_count, survey->tx->name, link->name, queues,
                  survey->config->sim ? "--sim=queues=N" : "ethtool -L sets them");
        return EXIT_UNUSABLE;
    }
    if (survey->sender_count > queues)
        log_warning("%u senders share the %u TX queue%s of %s and wait for each other", survey->sender_count,
                    queues, plural(queues), link->name);
    else if (placement_shared_queue(&survey->placement, queues, &one, &other))
        log_warning(
            "senders on CPUs %u and %u share one of the %u TX queues of %s, unless XPS assigns other queues",
            one, other, queues, link->name);
    return EXIT_DONE;
}

int way_out_check_queues(struct survey *survey)
{
    int result = EXIT_DONE;

    for (unsigned i = 0; result == EXIT_DONE && i < survey->outlet_count; i++)
        result = check_queues(survey, way_out_link(survey, &survey->outlets[i]));
    return result;
}

/* Counts the ways before `end` that leave by a link. */
static unsigned count_by(const struct ways *ways, unsigned link_index, unsigned end)
{
    unsigned count = 0;

    for (unsigned i = 0; i < end; i++)
        count += ways->list[i].egress.link.index == link_index;
    return count;
}

/* Ways by the same link share its socket. */
static struct xdp_tx *socket_of(struct survey *survey, unsigned sender, unsigned link_index)
{
    return xdp_socket_tx(way_in_find(survey, link_index)->sources[sender]);
}

static int open_one(struct survey *survey, unsigned sender, unsigned way, struct tx **out)
{
    unsigned link_index = survey->ways.list[way].egress.link.index;
    struct tx_config config = {.interface_index = link_index, .frame = &survey->frames[way]};
    int error = 0;

    if (survey->tx->uses_xdp_socket) {
        config.xdp = socket_of(survey, sender, link_index);
        config.xdp_part = count_by(&survey->ways, link_index, way);
        if (config.xdp_part == 0)
            error = xdp_tx_divide(config.xdp, count_by(&survey->ways, link_index, survey->ways.count));
    }
    return error ? error : survey->tx->open(out, &config);
}

int way_out_open_tx(struct survey *survey, unsigned sender)
{
    struct tx **out = &survey->senders[sender].sender.tx, *list[WAYS_MAX];
    struct tx_totals totals;
    unsigned count = 0;
    int error = 0;

    while (!error && count < survey->ways.count) {
        error = open_one(survey, sender, count, &list[count]);
        count += !error;
    }
    if (!error && count == 1)
        *out = list[0];
    else if (!error)
        error = tx_ways_open(out, &survey->ways.map, list, count);
    while (error && count--)
        list[count]->ops->close(list[count], &totals);
    return error;
}

void way_out_close(struct survey *survey)
{
    ways_free(&survey->ways);
    if (survey->uplink)
        sim_uplink_close(survey->uplink);
}
