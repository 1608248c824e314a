// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/bond_port.h"

#include <linux/if_bonding.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>

#include "host/netlink.h"

struct port_state {
    uint8_t actor, partner; /* LACP_STATE_…; 0: no such port */
};

static uint8_t read_state(const struct nlattr *slave, uint16_t type)
{
    const struct nlattr *state = netlink_nested(slave, type);

    if (!state || mnl_attr_get_payload_len(state) < sizeof(uint8_t))
        return 0;
    /* The partner's state has 16 bits. */
    return mnl_attr_get_payload_len(state) < sizeof(uint16_t) ? mnl_attr_get_u8(state)
                                                              : (uint8_t)mnl_attr_get_u16(state);
}

static int read_port(const struct nlmsghdr *message, void *context)
{
    const struct nlattr *info = netlink_attribute(message, sizeof(struct ifinfomsg), IFLA_LINKINFO);
    const struct nlattr *kind = info ? netlink_nested(info, IFLA_INFO_SLAVE_KIND) : NULL;
    const struct nlattr *slave = info ? netlink_nested(info, IFLA_INFO_SLAVE_DATA) : NULL;
    struct port_state *out = context;

    if (!kind || !slave || mnl_attr_get_payload_len(kind) < sizeof("bond") ||
        strcmp(mnl_attr_get_str(kind), "bond") != 0)
        return 0;
    out->actor = read_state(slave, IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE);
    out->partner = read_state(slave, IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE);
    return 0;
}

enum bond_port bond_port_state(unsigned index)
{
    const uint8_t carries = LACP_STATE_COLLECTING | LACP_STATE_DISTRIBUTING;
    struct port_state state = {0};
    struct netlink_request request;
    struct ifinfomsg *asked = netlink_request_init(&request, RTM_GETLINK, 0, sizeof(*asked));

    asked->ifi_index = (int)index;
    if (netlink_query(&request, read_port, &state) || !state.actor || (state.actor & LACP_STATE_DEFAULTED))
        return BOND_PORT_ALONE;
    return (state.actor & carries) == carries && (state.partner & LACP_STATE_COLLECTING) ? BOND_PORT_CARRIES
                                                                                         : BOND_PORT_AGREES;
}
