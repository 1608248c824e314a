// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "host/netlink.h"

int route_add_default(unsigned interface_index, uint32_t gateway)
{
    struct netlink_request request;
    struct rtmsg *route =
        netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*route));

    route->rtm_family = AF_INET;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_protocol = RTPROT_STATIC;
    route->rtm_scope = RT_SCOPE_UNIVERSE;
    route->rtm_type = RTN_UNICAST;
    mnl_attr_put_u32(&request.header, RTA_GATEWAY, htonl(gateway));
    mnl_attr_put_u32(&request.header, RTA_OIF, interface_index);
    return netlink_change(&request);
}

/* Begins a request about one neighbour. */
static struct ndmsg *neighbour_request(struct netlink_request *request, uint16_t type, uint16_t flags,
                                       unsigned interface_index, uint32_t address)
{
    struct ndmsg *neighbour = netlink_request_init(request, type, flags, sizeof(*neighbour));

    neighbour->ndm_family = AF_INET;
    neighbour->ndm_ifindex = (int)interface_index;
    mnl_attr_put_u32(&request->header, NDA_DST, htonl(address));
    return neighbour;
}

int neighbour_add(unsigned interface_index, uint32_t address, const uint8_t mac[6])
{
    struct netlink_request request;
    struct ndmsg *neighbour =
        neighbour_request(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, interface_index, address);

    neighbour->ndm_state = NUD_PERMANENT;
    mnl_attr_put(&request.header, NDA_LLADDR, 6, mac);
    return netlink_change(&request);
}
