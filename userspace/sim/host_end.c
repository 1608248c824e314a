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
     * processors are busy, or others make and remove devices all the time. */
    ADDRESS_PATIENCE_MS = 10000,
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
    /* After its device was down and up again, the host joins its groups and reports them at once. The same report
     * a second later would fall among the probes of a survey. */
    set(OF_DEVICES "mldv2_unsolicited_report_interval", A_DAY_MS);
}

void host_end_silence(void)
{
    set(OF_DEVICES "disable_ipv6", "1");
}

/* Once there is a carrier the kernel would add the address of the link itself, and report its group. */
static int add_ipv6(unsigned index)
{
    const struct address addresses[] = {sim_address6(SIM_HOST_ADDRESS), SIM_HOST_LINK_LOCAL};
    int error = 0;

    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]) && !error; i++)
        error = address_add(index, addresses[i], SIM_UPLINK_PREFIX_LENGTH6, ADDRESS_PATIENCE_MS);
    return error;
}

static int add_addresses(unsigned index)
{
    int error = link_add_address(index, address_of_ipv4(SIM_HOST_ADDRESS), SIM_UPLINK_PREFIX_LENGTH);

    return error ? error : allow_no_ipv6(add_ipv6(index));
}

/* A new IPv6 address joins a multicast group to hear solicitations (RFC 4861, section 7.2.1), which the kernel
 * reports (RFC 3810) from a thread of its own, some milliseconds later. Such a report would fall among the probes
 * of a survey, whose device would then have sent more packets than probes. Nobody solicits the host: the gateway
 * knows it. Without ARP the kernel joins no group, and it makes up for that once ARP is on only where there is a
 * carrier. */
int host_end_set_up(unsigned index)
{
    int error = link_set_arp(index, false);

    if (!error)
        error = link_set_up(index);
    if (!error)
        error = add_addresses(index);
    return error ? error : link_set_arp(index, true);
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
