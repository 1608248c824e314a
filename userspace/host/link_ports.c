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

/* A dump may tell of one twice. */
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
