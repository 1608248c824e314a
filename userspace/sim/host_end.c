// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/host_end.h"

#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "host/link.h"
#include "host/neighbour.h"
#include "host/own_address.h"
#include "host/route.h"
#include "host/sysctl.h"
#include "sim_address.h"

enum {
    /* The kernel makes a new IPv6 address usable in a thread of its own: within milliseconds, unless all
     * processors are busy. */
    ADDRESS_PATIENCE_MS = 2000,
};

/* For devices made later, which inherit it. */
#define OF_DEVICES "net/ipv6/conf/default/"

#define A_DAY_MS "86400000"

/* A kernel without IPv6 has none of these files, and needs none. */
static void set(const char *name, const char *value)
{
    int error = sysctl_set(name, value);

    if (error && error != -ENOENT)
        log_debug("the simulated Internet cannot set %s: %s", name, strerror(-error));
}

void host_end_prepare(void)
{
    set(OF_DEVICES "accept_ra", "0");
    set(OF_DEVICES "autoconf", "0");
    set(OF_DEVICES "accept_dad", "0");
    set(OF_DEVICES "router_solicitations", "0");
    set(OF_DEVICES "keep_addr_on_down", "1"); /* as IPv4 addresses are kept */
    /* The host reports each group when it joins it, and again a second later. That report would fall among
     * the probes of surveys, whose device would then have sent more packets than probes. */
    set(OF_DEVICES "mldv2_unsolicited_report_interval", A_DAY_MS);
}

void host_end_silence(void)
{
    set(OF_DEVICES "disable_ipv6", "1");
}

int host_end_address(unsigned index)
{
    struct address ipv6 = sim_address6(SIM_HOST_ADDRESS);
    int error = link_add_address(index, address_of_ipv4(SIM_HOST_ADDRESS), SIM_UPLINK_PREFIX_LENGTH);

    if (error)
        return error;
    error = link_add_address(index, ipv6, SIM_UPLINK_PREFIX_LENGTH6);
    return error ? allow_no_ipv6(error) : address_wait_own(ipv6, ADDRESS_PATIENCE_MS);
}

int host_end_know(unsigned index, const uint8_t gateway_mac[6])
{
    const struct address gateways[] = {address_of_ipv4(SIM_GATEWAY_ADDRESS),
                                       sim_address6(SIM_GATEWAY_ADDRESS), SIM_GATEWAY_LINK_LOCAL};
    int error = 0;

    for (size_t i = 0; i < sizeof(gateways) / sizeof(gateways[0]) && !error; i++)
        error = allow_no_ipv6(neighbour_add(index, gateways[i], gateway_mac));
    return error;
}

int host_end_connect(unsigned index, const uint8_t gateway_mac[6])
{
    int error = host_end_know(index, gateway_mac);

    if (!error)
        error = route_add_default(index, address_of_ipv4(SIM_GATEWAY_ADDRESS));
    if (error)
        return error;
    return allow_no_ipv6(route_add_default(index, sim_address6(SIM_GATEWAY_ADDRESS)));
}
