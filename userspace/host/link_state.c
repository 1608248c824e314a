// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link_state.h"

#include <errno.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "host/netlink.h"

static void read_name(const struct nlmsghdr *message, char out[IF_NAMESIZE])
{
    const struct nlattr *name = netlink_attribute(message, sizeof(struct ifinfomsg), IFLA_IFNAME);

    snprintf(out, IF_NAMESIZE, "%.*s", name ? (int)mnl_attr_get_payload_len(name) : 0,
             name ? mnl_attr_get_str(name) : "");
}

/* IFF_LOWER_UP is the carrier as reported by the driver; IFF_RUNNING, a little later, includes all other
 * conditions. */
static int read_changing(const struct nlmsghdr *message, void *context)
{
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
    struct link_state *out = context;

    out->up = link->ifi_flags & IFF_UP;
    out->carrier = (link->ifi_flags & IFF_RUNNING) && (link->ifi_flags & IFF_LOWER_UP);
    netlink_read(message, sizeof(*link), IFLA_MTU, &out->mtu, sizeof(out->mtu));
    netlink_read(message, sizeof(*link), IFLA_CARRIER_DOWN_COUNT, &out->carrier_losses,
                 sizeof(out->carrier_losses));
    read_name(message, out->name);
    return 0;
}

int link_state(struct netlink_kept *kept, unsigned index, struct link_state *out)
{
    struct netlink_request request;
    struct ifinfomsg *link = netlink_request_init(&request, RTM_GETLINK, 0, sizeof(*link));

    *out = (struct link_state){0};
    if (index == 0 || index > INT_MAX)
        return -ENODEV;
    request.kept = kept;
    link->ifi_index = (int)index;
    mnl_attr_put_u32(&request.header, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    return netlink_query(&request, read_changing, out);
}
