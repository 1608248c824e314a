// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/gateway_watch.h"

#include <string.h>

#include "base/address_text.h"
#include "base/log.h"
#include "host/neighbour.h"

/* A sender that has not taken an earlier order yet gets this one at the next check. */
static bool redirect(struct survey *survey, unsigned way, const uint8_t mac[6])
{
    bool all = true;

    for (unsigned i = 0; i < survey->sender_count; i++)
        all &= sender_worker_redirect(&survey->senders[i], way, mac);
    return all;
}

static void follow(struct survey *survey, unsigned way, const uint8_t mac[6])
{
    struct egress *egress = &survey->ways.list[way].egress;
    char gateway[ADDRESS_TEXT_SIZE], before[MAC_TEXT_SIZE], now[MAC_TEXT_SIZE];

    if (!redirect(survey, way, mac))
        return;
    address_format(egress->gateway, gateway);
    log_warning("the gateway %s now has the Ethernet address %s, no longer %s: probes are sent there; those "
                "of the last second may be lost",
                gateway, mac_format(mac, now), mac_format(egress->next_hop_mac, before));
    memcpy(egress->next_hop_mac, mac, sizeof(egress->next_hop_mac));
}

void gateway_watch(struct survey *survey)
{
    for (unsigned i = 0; i < survey->ways.count; i++) {
        const struct egress *egress = &survey->ways.list[i].egress;
        uint8_t mac[6];

        if (address_is_none(egress->gateway) ||
            neighbour_known(survey->inquiries, egress->link.index, egress->gateway, mac))
            continue;
        if (memcmp(mac, egress->next_hop_mac, sizeof(mac)) != 0)
            follow(survey, i, mac);
    }
}
