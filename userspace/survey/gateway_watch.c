// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/gateway_watch.h"

#include <string.h>

#include "base/address.h"
#include "base/log.h"
#include "host/route.h"

static void follow(struct survey *survey, const uint8_t mac[6])
{
    struct egress *egress = &survey->egress;
    char gateway[IPV4_TEXT_SIZE], before[MAC_TEXT_SIZE], now[MAC_TEXT_SIZE];

    ipv4_format(egress->gateway, gateway);
    log_warning(
        "the gateway %s is at %s now, no longer at %s: probes follow; those of the last second may be "
        "lost",
        gateway, mac_format(mac, now), mac_format(egress->next_hop_mac, before));
    memcpy(egress->next_hop_mac, mac, sizeof(egress->next_hop_mac));
    for (unsigned i = 0; i < survey->sender_count; i++)
        sender_worker_redirect(&survey->senders[i], mac);
}

void gateway_watch(struct survey *survey)
{
    const struct egress *egress = &survey->egress;
    uint8_t mac[6];

    if (!egress->gateway || neighbour_resolve(egress->link.index, egress->gateway, 0, mac))
        return;
    if (memcmp(mac, egress->next_hop_mac, sizeof(mac)) != 0)
        follow(survey, mac);
}
