// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "host/netlink.h"

enum {
    LOOPBACK_INDEX = 1, /* in every namespace */
    ETHERNET_ADDRESS_SIZE = 6,
    /* The states in which the kernel itself would send to the address that it has. */
    NEIGHBOUR_USABLE = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP,
};

/* Most neighbours answer within a millisecond: the first reading after the question finds them. Slow ones are
 * looked for ever more rarely, but still noticed soon. */
#define FIRST_PAUSE_NS   (10 * NS_PER_MS)
#define LONGEST_PAUSE_NS (200 * NS_PER_MS)

/* The kernel sends three requests, a second apart, before it gives up; more often, asking changes nothing. */
#define ASK_AGAIN_NS NS_PER_S

static struct address read_address(const struct nlmsghdr *message, size_t family_size, uint16_t type)
{
    uint32_t bytes;

    return netlink_read(message, family_size, type, &bytes, sizeof(bytes)) ? address_of_ipv4(ntohl(bytes))
                                                                           : ADDRESS_NONE;
}

static void put_address(struct nlmsghdr *header, uint16_t type, struct address address)
{
    mnl_attr_put_u32(header, type, htonl(address_ipv4(address)));
}

static int read_route(const struct nlmsghdr *message, void *context)
{
    const size_t family_size = sizeof(struct rtmsg);
    const struct rtmsg *header = mnl_nlmsg_get_payload(message);
    struct route *out = context;
    uint32_t interface_index;

    if (!netlink_read(message, family_size, RTA_OIF, &interface_index, sizeof(interface_index)))
        return -EPROTO;
    /* An IPv6 gateway of an IPv4 route (RFC 8950): without this it would pass for on-link. */
    if (netlink_attribute(message, family_size, RTA_VIA))
        return -EAFNOSUPPORT;
    out->interface_index = interface_index;
    out->source = read_address(message, family_size, RTA_PREFSRC);
    out->gateway = read_address(message, family_size, RTA_GATEWAY);
    out->type = header->rtm_type;
    return 0;
}

static void put_port(struct netlink_request *request, uint16_t type, uint16_t port)
{
    if (port)
        mnl_attr_put_u16(&request->header, type, htons(port));
}

static void ask_route(struct netlink_request *request, const struct route_query *query, unsigned flags)
{
    struct rtmsg *route = netlink_request_init(request, RTM_GETROUTE, 0, sizeof(*route));

    route->rtm_family = AF_INET;
    route->rtm_dst_len = 32;
    route->rtm_src_len = address_is_none(query->source) ? 0 : 32;
    route->rtm_flags = flags;
    put_address(&request->header, RTA_DST, query->destination);
    if (!address_is_none(query->source))
        put_address(&request->header, RTA_SRC, query->source);
    if (query->interface_index)
        mnl_attr_put_u32(&request->header, RTA_OIF, query->interface_index);
    if (query->protocol)
        mnl_attr_put_u8(&request->header, RTA_IP_PROTO, query->protocol);
    put_port(request, RTA_SPORT, query->source_port);
    put_port(request, RTA_DPORT, query->destination_port);
}

/* The kernel's words for a blackhole and for a prohibiting route; to a sender both mean none. */
static int no_route(int error)
{
    return error == -EINVAL || error == -EACCES ? -ENETUNREACH : error;
}

/* A `handler` of NULL only learns whether there is a route. */
static int query_route(const struct route_query *query, unsigned flags, netlink_handler *handler,
                       struct route *out)
{
    struct netlink_request request;

    ask_route(&request, query, flags);
    return no_route(netlink_query(&request, handler, out));
}

/* Of an interface that is named, the link itself is meant by the broadcast address of every link (RFC 919,
 * section 7): no entry has to cover it. */
static bool is_of_every_link(struct address address)
{
    return address_equal(address, address_of_ipv4(INADDR_BROADCAST));
}

int route_get(const struct route_query *query, struct route *out)
{
    int error = 0;

    /* With an interface named, the kernel calls on-link whatever no entry of its tables covers: a question
     * for the entry itself finds that out. */
    if (query->interface_index && !is_of_every_link(query->destination))
        error = query_route(query, RTM_F_FIB_MATCH, NULL, NULL);
    return error ? error : query_route(query, 0, read_route, out);
}

struct many_routes {
    struct route_query query;
    unsigned flags;
    const struct address *destinations;
    struct route_answer *answers;
};

static void ask_one(void *context, size_t i, struct netlink_request *request)
{
    struct many_routes *many = context;

    many->query.destination = many->destinations[i];
    ask_route(request, &many->query, many->flags);
}

static void keep_error(void *context, size_t i, const struct nlmsghdr *message, int error)
{
    struct many_routes *many = context;

    (void)message;
    many->answers[i].error = no_route(error);
}

static void keep_route(void *context, size_t i, const struct nlmsghdr *message, int error)
{
    struct many_routes *many = context;
    struct route_answer *answer = &many->answers[i];

    if (!answer->error) /* found by keep_error() */
        answer->error = no_route(message ? read_route(message, &answer->route) : error);
}

int routes_get(const struct route_query *query, const struct address *destinations,
               struct route_answer *answers, size_t count)
{
    struct many_routes many = {*query, RTM_F_FIB_MATCH, destinations, answers};
    int error = 0;

    for (size_t i = 0; i < count; i++)
        answers[i] = (struct route_answer){0};
    if (query->interface_index)
        error = netlink_query_many(count, ask_one, keep_error, &many);
    many.flags = 0;
    return error ? error : netlink_query_many(count, ask_one, keep_route, &many);
}

bool address_is_own(struct address address)
{
    struct route route;

    return route_get(&(const struct route_query){.destination = address}, &route) == 0 &&
           route.type == RTN_LOCAL;
}

/* Begins a request for a new route. */
static struct rtmsg *new_route(struct netlink_request *request, struct address prefix, unsigned length)
{
    struct rtmsg *route =
        netlink_request_init(request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*route));

    route->rtm_family = AF_INET;
    route->rtm_dst_len = (unsigned char)length;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_protocol = RTPROT_STATIC;
    route->rtm_scope = RT_SCOPE_UNIVERSE;
    route->rtm_type = RTN_UNICAST;
    if (length)
        put_address(&request->header, RTA_DST, prefix);
    return route;
}

/* Each hop is a header of its own, and its gateway an attribute behind that. */
static void put_hops(struct nlmsghdr *header, const struct route_hop *hops, unsigned count)
{
    struct nlattr *nest = mnl_attr_nest_start(header, RTA_MULTIPATH);

    for (unsigned i = 0; i < count; i++) {
        struct rtnexthop *hop = mnl_nlmsg_put_extra_header(header, sizeof(*hop));

        hop->rtnh_ifindex = (int)hops[i].interface_index;
        put_address(header, RTA_GATEWAY, hops[i].gateway);
        hop->rtnh_len = (unsigned short)((char *)mnl_nlmsg_get_payload_tail(header) - (char *)hop);
    }
    mnl_attr_nest_end(header, nest);
}

int route_add(struct address prefix, unsigned length, const struct route_hop *hops, unsigned count)
{
    struct netlink_request request;

    if (length > 32 || count < 1 || count > ROUTE_MAX_HOPS)
        return -EINVAL;
    new_route(&request, prefix, length);
    if (count == 1) {
        put_address(&request.header, RTA_GATEWAY, hops->gateway);
        mnl_attr_put_u32(&request.header, RTA_OIF, hops->interface_index);
    } else {
        put_hops(&request.header, hops, count);
    }
    return netlink_change(&request);
}

int route_add_default(unsigned interface_index, struct address gateway)
{
    return route_add(ADDRESS_NONE, 0, &(const struct route_hop){interface_index, gateway}, 1);
}

int route_add_local(struct address prefix, unsigned length)
{
    struct netlink_request request;
    struct rtmsg *route;

    if (length > 32)
        return -EINVAL;
    route = new_route(&request, prefix, length);
    route->rtm_table = RT_TABLE_LOCAL;
    route->rtm_scope = RT_SCOPE_HOST;
    route->rtm_type = RTN_LOCAL;
    mnl_attr_put_u32(&request.header, RTA_OIF, LOOPBACK_INDEX);
    return netlink_change(&request);
}

/* Begins a request about one neighbour. */
static struct ndmsg *neighbour_request(struct netlink_request *request, uint16_t type, uint16_t flags,
                                       unsigned interface_index, struct address address)
{
    struct ndmsg *neighbour = netlink_request_init(request, type, flags, sizeof(*neighbour));

    neighbour->ndm_family = AF_INET;
    neighbour->ndm_ifindex = (int)interface_index;
    put_address(&request->header, NDA_DST, address);
    return neighbour;
}

int neighbour_add(unsigned interface_index, struct address address, const uint8_t mac[6])
{
    struct netlink_request request;
    struct ndmsg *neighbour =
        neighbour_request(&request, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, interface_index, address);

    neighbour->ndm_state = NUD_PERMANENT;
    mnl_attr_put(&request.header, NDA_LLADDR, ETHERNET_ADDRESS_SIZE, mac);
    return netlink_change(&request);
}

static int read_neighbour(const struct nlmsghdr *message, void *mac)
{
    const struct ndmsg *neighbour = mnl_nlmsg_get_payload(message);
    bool known = neighbour->ndm_state & NEIGHBOUR_USABLE &&
                 netlink_read(message, sizeof(*neighbour), NDA_LLADDR, mac, ETHERNET_ADDRESS_SIZE);

    return known ? 0 : -ENOENT;
}

/* -ENOENT where the kernel has no entry or none that can be used. */
static int neighbour_get(unsigned interface_index, struct address address, uint8_t mac[6])
{
    struct netlink_request request;

    neighbour_request(&request, RTM_GETNEIGH, 0, interface_index, address);
    return netlink_query(&request, read_neighbour, mac);
}

/* Has the kernel send an ARP request, as if a packet waited for the answer. */
int neighbour_ask(unsigned interface_index, struct address address)
{
    struct netlink_request request;
    struct ndmsg *neighbour =
        neighbour_request(&request, RTM_NEWNEIGH, NLM_F_CREATE, interface_index, address);

    neighbour->ndm_flags = NTF_USE;
    return netlink_change(&request);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int pause_for(uint64_t ns)
{
    struct timespec pause = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};

    return nanosleep(&pause, NULL) ? -errno : 0;
}

int neighbour_resolve(unsigned interface_index, struct address address, unsigned timeout_ms, uint8_t mac[6])
{
    uint64_t now = clock_now_ns(), deadline = now + timeout_ms * NS_PER_MS, next_ask = now;
    uint64_t pause_ns = FIRST_PAUSE_NS;

    for (;;) {
        int error = neighbour_get(interface_index, address, mac);

        if (error != -ENOENT)
            return error;
        now = clock_now_ns();
        if (now >= deadline)
            return -EHOSTUNREACH;
        if (stop_signal_pending())
            return -EINTR;
        if (now >= next_ask) {
            error = neighbour_ask(interface_index, address);
            if (error)
                return error;
            next_ask = now + ASK_AGAIN_NS;
        }
        error = pause_for(smaller(pause_ns, deadline - now));
        if (error)
            return error;
        pause_ns = smaller(2 * pause_ns, LONGEST_PAUSE_NS);
    }
}

struct address_search {
    unsigned interface_index;
    struct address found;
};

static int keep_first_address(const struct nlmsghdr *message, void *context)
{
    const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
    struct address_search *search = context;

    if (header->ifa_index == search->interface_index && address_is_none(search->found))
        search->found = read_address(message, sizeof(*header), IFA_LOCAL);
    return 0;
}

int interface_address(unsigned interface_index, struct address *address)
{
    struct address_search search = {.interface_index = interface_index};
    struct netlink_request request;
    struct ifaddrmsg *header = netlink_request_init(&request, RTM_GETADDR, 0, sizeof(*header));
    int error;

    header->ifa_family = AF_INET;
    error = netlink_dump(&request, keep_first_address, &search);
    *address = search.found;
    return error;
}

static int find_address(const struct nlmsghdr *message, void *context)
{
    const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
    struct address_search *search = context;

    if (address_equal(read_address(message, sizeof(*header), IFA_LOCAL), search->found))
        search->interface_index = header->ifa_index;
    return 0;
}

int interface_with_address(struct address address, unsigned *interface_index)
{
    struct address_search search = {.found = address};
    struct netlink_request request;
    struct ifaddrmsg *header = netlink_request_init(&request, RTM_GETADDR, 0, sizeof(*header));
    int error;

    header->ifa_family = AF_INET;
    error = netlink_dump(&request, find_address, &search);
    *interface_index = search.interface_index;
    return error || search.interface_index ? error : -ENOENT;
}
