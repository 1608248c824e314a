// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_facts.h"

#include <string.h>

#include "host/cpus.h"
#include "host/ethtool.h"
#include "host/kernel_types.h"
#include "host/link_ports.h"
#include "host/privilege.h"
#include "host/xdp_features.h"

void tx_facts_of_host(struct tx_facts *facts)
{
    cpu_set_t available;

    facts->cpus = cpus_available(&available) ? 0 : (unsigned)CPU_COUNT(&available);
    facts->missing = privilege_missing(PRIVILEGE_PERFMON);
    facts->no_types = !kernel_types_are_known();
}

void tx_device_read(const struct link_info *link, struct tx_device *out)
{
    struct ethtool_device device;

    *out = (struct tx_device){
        .bundle = link_is_bundle(link),
        .queues = link->rx_queues < link->tx_queues ? link->rx_queues : link->tx_queues,
        .mtu = link->mtu,
    };
    memcpy(out->name, link->name, sizeof(out->name));
    memcpy(out->driver, link->driver, sizeof(out->driver));
    out->told = xdp_features_read(link->index, &out->features) == 0;
    if (!ethtool_read_device(link->name, &device))
        out->speed_mbps = device.speed_mbps;
}
