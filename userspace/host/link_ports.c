// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link_ports.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "host/netlink.h"

bool link_is_bundle(const struct link_info *link)
{
    return strcmp(link->kind, "bond") == 0 || strcmp(link->kind, "team") == 0;
}

struct port_search {
    uint32_t master;
    unsigned *out;
    unsigned room, found;
};

/* A dump may report a port twice. */
static bool is_known(const struct port_search *search, unsigned index)
{
    for (unsigned i = 0; i < search->found && i < search->room; i++)
        if (search->out[i] == index)
            return true;
    return false;
}

static int find_port(const struct nlmsghdr *message, void *context)
{
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
    struct port_search *search = context;
    uint32_t master;

    if (!netlink_read(message, sizeof(*link), IFLA_MASTER, &master, sizeof(master)) ||
        master != search->master || is_known(search, (unsigned)link->ifi_index))
        return 0;
    if (search->found < search->room)
        search->out[search->found] = (unsigned)link->ifi_index;
    search->found++;
    return 0;
}

int link_ports(unsigned index, unsigned *out, unsigned room)
{
    struct port_search search = {.master = index, .out = out, .room = room};
    struct netlink_request request;
    int error;

    netlink_request_init(&request, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
    error = netlink_dump(&request, find_port, &search);
    return error ? error : (int)search.found;
}

/* For veth and tunnels, IFLA_LINK is something else: their other end. */
static bool is_based_on_another(const struct link_info *link)
{
    static const char *const kinds[] = {"vlan", "macvlan", "macvtap", "ipvlan", "ipvtap"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(link->kind, kinds[i]) == 0)
            return true;
    return false;
}

/* IFLA_LINK_NETNSID is present if IFLA_LINK is a number in another namespace. */
static int read_base(const struct nlmsghdr *message, void *context)
{
    if (!netlink_attribute(message, sizeof(struct ifinfomsg), IFLA_LINK_NETNSID))
        netlink_read(message, sizeof(struct ifinfomsg), IFLA_LINK, context, sizeof(uint32_t));
    return 0;
}

static uint32_t base_of(const struct link_info *link)
{
    struct netlink_request request;
    struct ifinfomsg *asked = netlink_request_init(&request, RTM_GETLINK, 0, sizeof(*asked));
    uint32_t base = 0;

    asked->ifi_index = (int)link->index;
    return netlink_query(&request, read_base, &base) ? 0 : base;
}

unsigned link_carriers(const struct link_info *link, unsigned *out, unsigned room)
{
    int count = 0;

    if (link_is_bundle(link))
        count = link_ports(link->index, out, room);
    else if (is_based_on_another(link) && room && (out[0] = base_of(link)))
        count = 1;
    return count > 0 && (unsigned)count <= room ? (unsigned)count : 0;
}
