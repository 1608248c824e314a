// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/uplink.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/stop_signal.h"
#include "host/ethtool.h"
#include "host/link.h"
#include "host/napi.h"
#include "host/neighbour.h"
#include "host/netns.h"
#include "host/own_address.h"
#include "host/privilege.h"
#include "host/route.h"
#include "sim/fault.h"
#include "sim/host_end.h"
#include "sim/line.h"
#include "sim/linux_world.h"
#include "sim/responder.h"

static const char host_device[] = "uplink0", world_device[] = "world0";

/* Locally administered; the middle bytes are those of 198.18. */
static const uint8_t gateway_mac[6] = {0x02, 0x00, 0xc6, 0x12, 0x00, 0x01};
static const uint8_t host_mac[6] = {0x02, 0x00, 0xc6, 0x12, 0x00, 0x02};

struct sim_uplink {
    int home_netns, host_netns, world_netns;
    unsigned host_index, world_index;
    struct sim_responder *responder; /* NULL with real routers */
    struct sim_linux_world *routers; /* NULL if the responder simulates all routers */
    struct sim_line *line;           /* NULL: replies go back at once */
    struct sim_mischief *mischief;   /* NULL: no faults */
};

enum {
    PATIENCE_MS = 10000, /* much longer than the kernel takes to notice a link, or to use an address */
    /* Unequal, so that the kernel notices at once that the link is up (link_create_veth_numbered()). */
    HOST_DEVICE_INDEX = 100,
    WORLD_DEVICE_INDEX = 101,
};

static int check_privileges(void)
{
    unsigned missing = privilege_missing(PRIVILEGE_SYS_ADMIN | PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF);

    if (!missing)
        return 0;
    log_error("the simulated Internet needs %s: run as root",
              privilege_name((enum privilege)(missing & -missing)));
    return -EPERM;
}

static int make_netns(int *netns)
{
    *netns = netns_create();
    return *netns < 0 ? *netns : netns_enter(*netns);
}

static int make_namespaces(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error;

    (void)config;
    uplink->home_netns = netns_open_current();
    if (uplink->home_netns < 0)
        return uplink->home_netns;
    error = make_netns(&uplink->world_netns);
    if (error)
        return error;
    if (config->topology->kind == SIM_LINUX)
        host_end_prepare();
    else
        host_end_silence(); /* the responder must be the only sender here */
    error = make_netns(&uplink->host_netns);
    if (!error)
        host_end_prepare();
    return error;
}

static int make_devices(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    return link_create_veth_numbered(host_device, HOST_DEVICE_INDEX, world_device, WORLD_DEVICE_INDEX,
                                     uplink->world_netns, config->queues);
}

/* Finds the device in the thread's namespace and sets its Ethernet address. */
static int name_device(const char *name, const uint8_t mac[6], unsigned *index)
{
    struct link_info link;
    int error = link_by_name(name, &link);

    *index = link.index;
    return error ? error : link_set_mac(link.index, mac);
}

static int start_responder(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    const struct sim_router_line line = sim_line_router(&config->line);
    int error = sim_responder_load(&uplink->responder, config->topology, &line, gateway_mac);

    if (!error)
        error = sim_responder_attach(uplink->responder, uplink->world_index);
    return error ? error : link_set_up(uplink->world_index);
}

static int be_gateway(unsigned index, struct address address, unsigned prefix_length, struct address host)
{
    int error = address_add(index, address, prefix_length, PATIENCE_MS);

    return error ? error : neighbour_add(index, host, host_mac);
}

static int be_gateway_of_ipv6(unsigned index)
{
    int error = address_add(index, SIM_GATEWAY_LINK_LOCAL, SIM_UPLINK_PREFIX_LENGTH6, PATIENCE_MS);

    return error ? error
                 : be_gateway(index, sim_address6(SIM_GATEWAY_ADDRESS), SIM_UPLINK_PREFIX_LENGTH6,
                              sim_address6(SIM_HOST_ADDRESS));
}

/* The first router has the gateway's addresses and device; the others are built behind it. */
static int start_routers(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error = link_set_up(uplink->world_index);

    if (!error)
        error = be_gateway(uplink->world_index, address_of_ipv4(SIM_GATEWAY_ADDRESS),
                           SIM_UPLINK_PREFIX_LENGTH, address_of_ipv4(SIM_HOST_ADDRESS));
    if (!error)
        error = allow_no_ipv6(be_gateway_of_ipv6(uplink->world_index));
    if (error)
        return error;
    return sim_linux_world_open(&uplink->routers, &config->topology->linux_routers, uplink->world_netns);
}

static int start_world(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error = netns_enter(uplink->world_netns);

    if (!error)
        error = name_device(world_device, gateway_mac, &uplink->world_index);
    if (error)
        return error;
    return config->topology->kind == SIM_LINUX ? start_routers(uplink, config)
                                               : start_responder(uplink, config);
}

/* If the kernel has no such threads, softirqs of the sending CPU do the same, one probe at a time. */
static int start_threads(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    cpu_set_t anywhere;
    int error;

    if (!config->threaded_napi || uplink->routers)
        return 0;
    CPU_ZERO(&anywhere);
    error = config->cpus ? napi_give_threads(uplink->world_index, config->cpus, config->queues)
                         : napi_give_threads(uplink->world_index, &anywhere, 1);
    if (error)
        log_debug("the simulated Internet has no threads of its own: %s", strerror(-error));
    return 0;
}

static int start_line(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error;

    if (!sim_line_is_needed(&config->line))
        return 0;
    error = netns_enter(uplink->world_netns);
    return error
               ? error
               : sim_line_open(&uplink->line, &config->line, world_device, config->queues, uplink->responder);
}

static int start_host(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error = netns_enter(uplink->host_netns);

    (void)config;
    if (!error)
        error = name_device(host_device, host_mac, &uplink->host_index);
    if (!error)
        error = host_end_set_up(uplink->host_index);
    return error ? error : host_end_connect(uplink->host_index, gateway_mac);
}

static int start_faults(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    const struct sim_fault_scene scene = {
        .host_netns = uplink->host_netns,
        .world_netns = uplink->world_netns,
        .host_index = uplink->host_index,
        .world_index = uplink->world_index,
        .host_mac = host_mac,
        .gateway_mac = gateway_mac,
        .responder = uplink->responder,
        .line = uplink->line,
        .layouts = config->layouts,
    };

    return config->faults.count ? sim_mischief_start(&uplink->mischief, &config->faults, &scene) : 0;
}

/* Until then the kernel drops what the devices send: probes, and replies of routers. */
static int wait_for_carrier(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    int error = netns_enter(uplink->world_netns);

    (void)config;
    if (!error)
        error = link_wait_running(uplink->world_index, PATIENCE_MS);
    if (!error)
        error = netns_enter(uplink->host_netns);
    return error ? error : link_wait_running(uplink->host_index, PATIENCE_MS);
}

static int set_up(struct sim_uplink *uplink, const struct sim_uplink_config *config)
{
    static const struct {
        const char *what;
        int (*run)(struct sim_uplink *uplink, const struct sim_uplink_config *config);
    } steps[] = {
        {"make network namespaces", make_namespaces},
        {"make its devices", make_devices},
        {"connect the host", start_host},
        {"start its routers", start_world},
        {"start its threads", start_threads},
        {"start its delay line", start_line},
        {"wait for its devices", wait_for_carrier},
        {"prepare its faults", start_faults},
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        int error = stop_signal_pending() ? -EINTR : steps[i].run(uplink, config);

        if (error && error != -EINTR)
            log_error("the simulated Internet cannot %s: %s", steps[i].what, strerror(-error));
        if (error)
            return error;
    }
    return 0;
}

struct sim_uplink_config sim_uplink_configure(const struct sim_options *options,
                                              const struct sim_topology *topology)
{
    const struct layout_choice usual = layout_choose(&layouts[LAYOUT_USUAL], (struct siphash_key){0});

    return (struct sim_uplink_config){
        .topology = topology,
        .queues = options->queues,
        .threaded_napi = options->threaded_napi == 1,
        .line = sim_options_line(options),
        .faults = options->line.faults,
        .layouts = layout_pair_of(&usual),
    };
}

int sim_uplink_open(struct sim_uplink **out, const struct sim_uplink_config *config)
{
    struct sim_uplink *uplink;
    int error = check_privileges();

    if (error)
        return error;
    uplink = calloc(1, sizeof(*uplink));
    if (!uplink) {
        log_error("the simulated Internet: out of memory");
        return -ENOMEM;
    }
    uplink->home_netns = uplink->host_netns = uplink->world_netns = -1;
    error = set_up(uplink, config);
    if (error) {
        sim_uplink_close(uplink);
        return error;
    }
    *out = uplink;
    return 0;
}

/* With GRO the near device polls for frames that are redirected to it. A native XDP_PASS program would do the
 * same, but then the guest could not attach one. */
int sim_uplink_serve_sockets(struct sim_uplink *uplink)
{
    const char *device = sim_uplink_interface(uplink);
    int error;

    if (uplink->routers)
        return 0; /* the replies of real routers reach sockets anyway */
    error = ethtool_set_gro(device, true);
    if (!error)
        error = ethtool_set_tx_checksum(device, false);
    if (!error)
        sim_responder_redirect(uplink->responder, uplink->world_index);
    else
        log_error("the simulated Internet cannot serve sockets: %s", strerror(-error));
    return error;
}

const char *sim_uplink_interface(const struct sim_uplink *uplink)
{
    (void)uplink;
    return host_device;
}

/* Without a line, every counted reply has left. */
static void count_line(const struct sim_uplink *uplink, uint64_t replies, struct sim_line_counters *out)
{
    if (uplink->line)
        sim_line_counters(uplink->line, out);
    else
        *out = (struct sim_line_counters){.sent = replies};
}

int sim_uplink_counters(const struct sim_uplink *uplink, struct sim_uplink_counters *out)
{
    struct sim_router_counters counters = {{0}};
    const uint64_t *count = counters.count;
    struct sim_mischief_counters sent;
    uint64_t replies = 0;
    int error = uplink->responder ? sim_responder_counters(uplink->responder, &counters) : 0;

    _Static_assert(offsetof(struct sim_uplink_counters, forged) == SIM_COUNTERS * sizeof(uint64_t),
                   "a field for every counter of the routers");
    for (int i = 0; i < SIM_COUNTERS; i++)
        replies += sim_is_reply((enum sim_counter)i) ? count[i] : 0;
    sim_mischief_counters(uplink->mischief, &sent);
    *out = (struct sim_uplink_counters){
        .received = count[SIM_RECEIVED],
        .time_exceeded = count[SIM_TIME_EXCEEDED],
        .port_unreachable = count[SIM_PORT_UNREACHABLE],
        .echo_reply = count[SIM_ECHO_REPLY],
        .tcp_reply = count[SIM_TCP_REPLY],
        .silent = count[SIM_SILENT],
        .rate_limited = count[SIM_RATE_LIMITED],
        .neighbour = count[SIM_NEIGHBOUR],
        .ignored = count[SIM_IGNORED],
        .lost_out = count[SIM_LOST_OUT],
        .queue_full_out = count[SIM_QUEUE_FULL_OUT],
        .corrupted_out = count[SIM_CORRUPTED_OUT],
        .no_line = count[SIM_NO_LINE],
        .groups = count[SIM_GROUPS],
        .forged = sent.forged,
        .replayed = sent.replayed,
    };
    count_line(uplink, replies, &out->line);
    return error;
}

void sim_uplink_end(struct sim_uplink *uplink)
{
    sim_mischief_end(uplink->mischief);
    if (uplink->line)
        sim_line_end(uplink->line);
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

void sim_uplink_close(struct sim_uplink *uplink)
{
    if (!uplink)
        return;
    sim_mischief_close(uplink->mischief);
    sim_line_close(uplink->line);
    sim_responder_destroy(uplink->responder);
    sim_linux_world_close(uplink->routers);
    if (uplink->home_netns >= 0)
        netns_enter(uplink->home_netns);
    close_if_open(uplink->host_netns);
    close_if_open(uplink->world_netns);
    close_if_open(uplink->home_netns);
    free(uplink);
}
