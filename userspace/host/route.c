// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "host/netlink.h"
#include "host/own_address.h"
#include "protocol.h"

enum {
    LOOPBACK_INDEX = 1, /* in every namespace */
};

/* A gateway of the other family is in another attribute: an IPv6 gateway of an IPv4 route (RFC 8950). */
static struct address read_gateway(const struct nlmsghdr *message)
{
    const size_t family_size = sizeof(struct rtmsg);
    struct {
        uint16_t family;
        uint8_t address[ADDRESS_BYTES];
    } via;

    if (netlink_read(message, family_size, RTA_VIA, &via, sizeof(via)) && via.family == AF_INET6)
        return address_load(via.address);
    return netlink_read_address(message, family_size, RTA_GATEWAY);
}

static int read_route(const struct nlmsghdr *message, void *context)
{
    const size_t family_size = sizeof(struct rtmsg);
    const struct rtmsg *header = mnl_nlmsg_get_payload(message);
    struct route *out = context;
    uint32_t interface_index;

    if (!netlink_read(message, family_size, RTA_OIF, &interface_index, sizeof(interface_index)))
        return -EPROTO;
    out->interface_index = interface_index;
    out->source = netlink_read_address(message, family_size, RTA_PREFSRC);
    out->gateway = read_gateway(message);
    out->type = header->rtm_type;
    return 0;
}

static void put_port(struct netlink_request *request, uint16_t type, uint16_t port)
{
    if (port)
        mnl_attr_put_u16(&request->header, type, htons(port));
}

/* ICMP has a different number in each family. In a question the kernel accepts only these protocols. For
 * others it is asked about UDP, which it also assumes for a question without a protocol. */
static uint8_t protocol_towards(const struct route_query *query)
{
    switch (query->protocol) {
    case PROTOCOL_ICMP:
        return address_is_ipv4(query->destination) ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
        return query->protocol;
    default:
        return PROTOCOL_UDP;
    }
}

static void ask_route(struct netlink_request *request, const struct route_query *query, unsigned flags)
{
    struct rtmsg *route = netlink_request_init(request, RTM_GETROUTE, 0, sizeof(*route));

    route->rtm_family = (uint8_t)netlink_family(query->destination);
    route->rtm_dst_len = (uint8_t)address_bits(query->destination);
    route->rtm_src_len = address_is_none(query->source) ? 0 : (uint8_t)address_bits(query->source);
    route->rtm_flags = flags;
    netlink_put_address(&request->header, RTA_DST, query->destination);
    if (!address_is_none(query->source))
        netlink_put_address(&request->header, RTA_SRC, query->source);
    if (query->interface_index)
        mnl_attr_put_u32(&request->header, RTA_OIF, query->interface_index);
    mnl_attr_put_u8(&request->header, RTA_IP_PROTO, protocol_towards(query));
    put_port(request, RTA_SPORT, query->source_port);
    put_port(request, RTA_DPORT, query->destination_port);
}

/* The kernel's errors for routes that forbid to send. */
static bool forbids(int error)
{
    return error == -EACCES || error == -EINVAL || error == -EHOSTUNREACH;
}

const char *route_error_text(int error)
{
    switch (error) {
    case -EACCES:
        return "a route of this host prohibits it";
    case -EINVAL:
        return "a route of this host is a blackhole";
    case -EHOSTUNREACH:
        return "a route of this host says that it is unreachable";
    default:
        return strerror(-error);
    }
}

/* With a `handler` of NULL, only finds out whether there is a route. */
static int query_route(const struct route_query *query, unsigned flags, netlink_handler *handler,
                       struct route *out)
{
    struct netlink_request request;

    ask_route(&request, query, flags);
    return netlink_query(&request, handler, out);
}

/* Of a source that is not the host's own the kernel says the same as of a blackhole. */
static bool has_foreign_source(const struct route_query *query)
{
    return !address_is_none(query->source) && !address_is_own(query->source);
}

/* Through an interface that is named the kernel tells no reason: it may be the one why none leads there at all. */
static int without_reason(int error)
{
    return forbids(error) ? -ENETUNREACH : error;
}

static int with_reason(int through_interface, int through_any)
{
    return through_interface == -ENETUNREACH && forbids(through_any) ? through_any : through_interface;
}

static int why_none(const struct route_query *query, int error)
{
    struct route_query through_any = *query;

    if (query->interface_index) {
        through_any.interface_index = 0;
        error = with_reason(without_reason(error), query_route(&through_any, 0, NULL, NULL));
    }
    return error == -EINVAL && has_foreign_source(query) ? -ENETUNREACH : error;
}

/* The broadcast address of every link (RFC 919, section 7), with an interface named, means that link: no
 * entry of a table has to cover it. */
static bool is_of_every_link(struct address address)
{
    return address_equal(address, address_of_ipv4(INADDR_BROADCAST));
}

/* The source that the kernel named last, and whether it is temporary: neighbouring destinations usually have
 * the same. */
struct last_source {
    struct address source;
    bool temporary;
};

/* For IPv6 the kernel names a source even if the packet has its own, and a temporary one if the host is
 * configured so. */
static void choose_source(const struct route_query *query, struct route *route, struct last_source *last)
{
    if (address_is_ipv4(query->destination) || address_is_none(route->source))
        return;
    if (!address_is_none(query->source)) {
        route->source = ADDRESS_NONE;
        return;
    }
    if (!address_equal(last->source, route->source))
        *last =
            (struct last_source){route->source, address_is_temporary(route->source, route->interface_index)};
    if (last->temporary)
        (void)address_public(query->destination, route->interface_index, &route->source);
}

int route_get(const struct route_query *query, struct route *out)
{
    struct last_source last = {0};
    struct route route;
    int error = 0;

    /* With an interface named, the kernel calls every address on-link that no entry of its tables covers:
     * asking for the entry itself shows whether there is one. */
    if (query->interface_index && !is_of_every_link(query->destination))
        error = query_route(query, RTM_F_FIB_MATCH, NULL, NULL);
    if (!error)
        error = query_route(query, 0, read_route, &route);
    if (error)
        return why_none(query, error);
    choose_source(query, &route, &last);
    *out = route;
    return 0;
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
    many->answers[i].error = without_reason(error);
}

static void keep_route(void *context, size_t i, const struct nlmsghdr *message, int error)
{
    struct many_routes *many = context;
    struct route_answer *answer = &many->answers[i];

    if (!answer->error) /* found by keep_error() */
        answer->error = message ? read_route(message, &answer->route) : error;
}

static void keep_reason(void *context, size_t i, const struct nlmsghdr *message, int error)
{
    struct many_routes *many = context;

    (void)message;
    many->answers[i].error = with_reason(many->answers[i].error, error);
}

static bool any_is_missing(const struct many_routes *many, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (many->answers[i].error)
            return true;
    return false;
}

/* Asks once more, of all, where there is no route through the interface to some. */
static int find_reasons(struct many_routes *many, size_t count)
{
    int error = 0;

    if (!any_is_missing(many, count))
        return 0;
    if (many->query.interface_index) {
        many->query.interface_index = 0;
        error = netlink_query_many(count, ask_one, keep_reason, many);
    }
    bool foreign = has_foreign_source(&many->query);
    for (size_t i = 0; i < count; i++)
        if (foreign && many->answers[i].error == -EINVAL)
            many->answers[i].error = -ENETUNREACH;
    return error;
}

int routes_get(const struct route_query *query, const struct address *destinations,
               struct route_answer *answers, size_t count)
{
    struct many_routes many = {*query, RTM_F_FIB_MATCH, destinations, answers};
    struct last_source last = {0};
    int error = 0;

    for (size_t i = 0; i < count; i++)
        answers[i] = (struct route_answer){0};
    if (query->interface_index)
        error = netlink_query_many(count, ask_one, keep_error, &many);
    many.flags = 0;
    if (!error)
        error = netlink_query_many(count, ask_one, keep_route, &many);
    for (size_t i = 0; !error && i < count; i++) {
        many.query.destination = destinations[i];
        if (!answers[i].error)
            choose_source(&many.query, &answers[i].route, &last);
    }
    return error ? error : find_reasons(&many, count);
}

/* Starts a request for a new route. In a default route, only the next hop shows the family. */
static struct rtmsg *new_route(struct netlink_request *request, struct address prefix, unsigned length,
                               int family)
{
    struct rtmsg *route =
        netlink_request_init(request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*route));

    route->rtm_family = (uint8_t)family;
    route->rtm_dst_len = (unsigned char)length;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_protocol = RTPROT_STATIC;
    route->rtm_scope = RT_SCOPE_UNIVERSE;
    route->rtm_type = RTN_UNICAST;
    if (length)
        netlink_put_address(&request->header, RTA_DST, prefix);
    return route;
}

/* Each hop is a header of its own, followed by its gateway as an attribute. */
static void put_hops(struct nlmsghdr *header, const struct route_hop *hops, unsigned count)
{
    struct nlattr *nest = mnl_attr_nest_start(header, RTA_MULTIPATH);

    for (unsigned i = 0; i < count; i++) {
        struct rtnexthop *hop = mnl_nlmsg_put_extra_header(header, sizeof(*hop));

        hop->rtnh_ifindex = (int)hops[i].interface_index;
        netlink_put_address(header, RTA_GATEWAY, hops[i].gateway);
        hop->rtnh_len = (unsigned short)((char *)mnl_nlmsg_get_payload_tail(header) - (char *)hop);
    }
    mnl_attr_nest_end(header, nest);
}

int route_add_from(struct address prefix, unsigned length, const struct route_hop *hop, struct address source)
{
    struct netlink_request request;

    if (length > address_bits(hop->gateway))
        return -EINVAL;
    new_route(&request, prefix, length, netlink_family(hop->gateway));
    netlink_put_address(&request.header, RTA_GATEWAY, hop->gateway);
    mnl_attr_put_u32(&request.header, RTA_OIF, hop->interface_index);
    if (!address_is_none(source))
        netlink_put_address(&request.header, RTA_PREFSRC, source);
    return netlink_change(&request);
}

int route_add(struct address prefix, unsigned length, const struct route_hop *hops, unsigned count)
{
    struct netlink_request request;

    if (count == 1)
        return route_add_from(prefix, length, hops, ADDRESS_NONE);
    if (count < 1 || count > ROUTE_MAX_HOPS || length > address_bits(hops->gateway))
        return -EINVAL;
    new_route(&request, prefix, length, netlink_family(hops->gateway));
    put_hops(&request.header, hops, count);
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

    if (length > address_bits(prefix))
        return -EINVAL;
    route = new_route(&request, prefix, length, netlink_family(prefix));
    route->rtm_table = RT_TABLE_LOCAL;
    route->rtm_scope = RT_SCOPE_HOST;
    route->rtm_type = RTN_LOCAL;
    mnl_attr_put_u32(&request.header, RTA_OIF, LOOPBACK_INDEX);
    return netlink_change(&request);
}
