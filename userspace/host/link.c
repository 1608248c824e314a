// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link.h"

#include <errno.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "host/ethtool.h"
#include "host/netlink.h"

static bool read_attribute(const struct nlmsghdr *message, uint16_t type, void *out, size_t size)
{
    return netlink_read(message, sizeof(struct ifinfomsg), type, out, size);
}

static void read_kind(const struct nlmsghdr *message, struct link_info *out)
{
    const struct nlattr *info = netlink_attribute(message, sizeof(struct ifinfomsg), IFLA_LINKINFO);
    const struct nlattr *kind = info ? netlink_nested(info, IFLA_INFO_KIND) : NULL;

    if (kind)
        snprintf(out->kind, sizeof(out->kind), "%.*s", (int)mnl_attr_get_payload_len(kind),
                 mnl_attr_get_str(kind));
}

static int read_link(const struct nlmsghdr *message, void *context)
{
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
    const struct nlattr *name = netlink_attribute(message, sizeof(*link), IFLA_IFNAME);
    struct link_info *out = context;

    if (!name)
        return -EPROTO;
    snprintf(out->name, sizeof(out->name), "%.*s", (int)mnl_attr_get_payload_len(name),
             mnl_attr_get_str(name));
    read_kind(message, out);
    out->index = (unsigned)link->ifi_index;
    out->hardware_type = link->ifi_type;
    out->up = link->ifi_flags & IFF_UP;
    out->loopback = link->ifi_flags & IFF_LOOPBACK;
    read_attribute(message, IFLA_ADDRESS, out->mac, sizeof(out->mac));
    read_attribute(message, IFLA_MTU, &out->mtu, sizeof(out->mtu));
    read_attribute(message, IFLA_NUM_RX_QUEUES, &out->rx_queues, sizeof(out->rx_queues));
    read_attribute(message, IFLA_NUM_TX_QUEUES, &out->tx_queues, sizeof(out->tx_queues));
    return 0;
}

/* Netlink reports how many queues were allocated; the driver, if it can, how many of them are in use. */
static uint32_t queues_in_use(uint32_t told_by_driver, uint32_t allocated)
{
    uint32_t queues = told_by_driver ? told_by_driver : allocated;

    return queues ? queues : 1;
}

static int link_get(struct netlink_request *request, struct link_info *out)
{
    struct ethtool_facts facts;
    int error;

    memset(out, 0, sizeof(*out));
    error = netlink_query(request, read_link, out);
    if (!error)
        error = ethtool_read(out->name, &facts);
    if (error)
        return error;
    memcpy(out->driver, facts.driver, sizeof(out->driver));
    out->rx_queues_most =
        out->rx_queues > facts.rx_queues ? out->rx_queues : queues_in_use(facts.rx_queues, 1);
    out->rx_queues = queues_in_use(facts.rx_queues, out->rx_queues);
    out->tx_queues = queues_in_use(facts.tx_queues, out->tx_queues);
    return 0;
}

static bool is_device_name(const char *name)
{
    size_t length = strnlen(name, IF_NAMESIZE);

    return length > 0 && length < IF_NAMESIZE;
}

int link_by_name(const char *name, struct link_info *out)
{
    struct netlink_request request;

    if (!is_device_name(name))
        return -ENODEV;
    netlink_request_init(&request, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(&request.header, IFLA_IFNAME, name);
    return link_get(&request, out);
}

/* Begins a request about one device. The kernel counts them from 1, as int. */
static int link_request(struct netlink_request *request, uint16_t type, unsigned index)
{
    struct ifinfomsg *link = netlink_request_init(request, type, 0, sizeof(*link));

    link->ifi_index = (int)index;
    return index > 0 && index <= INT_MAX ? 0 : -ENODEV;
}

int link_by_index(unsigned index, struct link_info *out)
{
    struct netlink_request request;
    int error = link_request(&request, RTM_GETLINK, index);

    return error ? error : link_get(&request, out);
}

static int read_counters(const struct nlmsghdr *message, void *context)
{
    struct link_counters *out = context;
    struct rtnl_link_stats64 stats;

    /* The structure grows with newer kernels: read only the part that we use. */
    if (!read_attribute(message, IFLA_STATS64, &stats, offsetof(struct rtnl_link_stats64, tx_aborted_errors)))
        return -EPROTO;
    *out = (struct link_counters){
        .rx_packets = stats.rx_packets,
        .tx_packets = stats.tx_packets,
        .rx_dropped = stats.rx_dropped,
        .tx_dropped = stats.tx_dropped,
        .rx_errors = stats.rx_errors,
        .tx_errors = stats.tx_errors,
        .rx_missed = stats.rx_missed_errors,
    };
    return 0;
}

int link_counters(struct netlink_kept *kept, unsigned index, struct link_counters *out)
{
    struct netlink_request request;
    int error = link_request(&request, RTM_GETLINK, index);

    request.kept = kept;
    return error ? error : netlink_query(&request, read_counters, out);
}

static int set_flag(unsigned index, unsigned flag, bool on)
{
    struct netlink_request request;
    struct ifinfomsg *link;
    int error = link_request(&request, RTM_SETLINK, index);

    link = mnl_nlmsg_get_payload(&request.header);
    link->ifi_flags = on ? flag : 0;
    link->ifi_change = flag;
    return error ? error : netlink_change(&request);
}

int link_set_up(unsigned index)
{
    return set_flag(index, IFF_UP, true);
}

int link_set_down(unsigned index)
{
    return set_flag(index, IFF_UP, false);
}

int link_set_arp(unsigned index, bool on)
{
    return set_flag(index, IFF_NOARP, !on);
}

static int read_state(const struct nlmsghdr *message, void *state)
{
    return read_attribute(message, IFLA_OPERSTATE, state, sizeof(uint8_t)) ? 0 : -EPROTO;
}

int link_wait_running(unsigned index, unsigned timeout_ms)
{
    uint64_t deadline = clock_now_ns() + timeout_ms * NS_PER_MS;
    const struct timespec pause = {.tv_nsec = NS_PER_MS};

    for (;;) {
        struct netlink_request request;
        uint8_t state = IF_OPER_UNKNOWN;
        int error = link_request(&request, RTM_GETLINK, index);

        if (!error)
            error = netlink_query(&request, read_state, &state);
        if (error || state == IF_OPER_UP)
            return error;
        if (clock_now_ns() >= deadline)
            return -ETIMEDOUT;
        if (stop_signal_pending())
            return -EINTR;
        if (nanosleep(&pause, NULL))
            return -errno;
    }
}

int link_set_mac(unsigned index, const uint8_t mac[6])
{
    struct netlink_request request;
    int error = link_request(&request, RTM_SETLINK, index);

    mnl_attr_put(&request.header, IFLA_ADDRESS, 6, mac);
    return error ? error : netlink_change(&request);
}

int link_add_address(unsigned index, struct address address, unsigned prefix_length)
{
    struct netlink_request request;
    struct ifaddrmsg *message =
        netlink_request_init(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*message));

    if (prefix_length > address_bits(address))
        return -EINVAL;
    message->ifa_family = (uint8_t)netlink_family(address);
    message->ifa_prefixlen = (uint8_t)prefix_length;
    message->ifa_flags = address_is_ipv4(address) ? 0 : IFA_F_NODAD;
    message->ifa_scope = RT_SCOPE_UNIVERSE;
    message->ifa_index = index;
    netlink_put_address(&request.header, IFA_LOCAL, address);
    netlink_put_address(&request.header, IFA_ADDRESS, address);
    return netlink_change(&request);
}

static void put_device(struct nlmsghdr *message, const char *name, unsigned queues)
{
    mnl_attr_put_strz(message, IFLA_IFNAME, name);
    mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, queues);
    mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, queues);
}

int link_create(const char *name, const char *kind, unsigned queues)
{
    struct netlink_request request;
    struct nlattr *info;

    if (!is_device_name(name))
        return -EINVAL;
    netlink_request_init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
    put_device(&request.header, name, queues);
    info = mnl_attr_nest_start(&request.header, IFLA_LINKINFO);
    mnl_attr_put_strz(&request.header, IFLA_INFO_KIND, kind);
    mnl_attr_nest_end(&request.header, info);
    return netlink_change(&request);
}

/* The peer is described by a request of its own inside ours: a family header, then attributes. */
static void put_peer(struct nlmsghdr *message, const char *name, unsigned index, int netns_fd,
                     unsigned queues)
{
    struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
    struct ifinfomsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));

    header->ifi_index = (int)index;
    put_device(message, name, queues);
    mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)netns_fd);
    mnl_attr_nest_end(message, peer);
}

int link_create_veth(const char *name, const char *peer_name, int peer_netns_fd, unsigned queues)
{
    return link_create_veth_numbered(name, 0, peer_name, 0, peer_netns_fd, queues);
}

/* Index 0: the kernel chooses one. */
int link_create_veth_numbered(const char *name, unsigned index, const char *peer_name, unsigned peer_index,
                              int peer_netns_fd, unsigned queues)
{
    struct netlink_request request;
    struct ifinfomsg *link;
    struct nlattr *info, *data;

    if (!is_device_name(name) || !is_device_name(peer_name))
        return -EINVAL;
    link = netlink_request_init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*link));
    link->ifi_index = (int)index;
    /* Given numbers of queues are in use from the start; without them veth starts with one queue. */
    put_device(&request.header, name, queues);
    info = mnl_attr_nest_start(&request.header, IFLA_LINKINFO);
    mnl_attr_put_strz(&request.header, IFLA_INFO_KIND, "veth");
    data = mnl_attr_nest_start(&request.header, IFLA_INFO_DATA);
    put_peer(&request.header, peer_name, peer_index, peer_netns_fd, queues);
    mnl_attr_nest_end(&request.header, data);
    mnl_attr_nest_end(&request.header, info);
    return netlink_change(&request);
}
