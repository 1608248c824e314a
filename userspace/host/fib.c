// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/fib.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/address_order.h"
#include "base/growing.h"
#include "host/netlink.h"

/* Addresses that the kernel treats in a fixed way, whatever its tables contain. */
static const struct fib_prefix fixed_prefixes[] = {
    {{0, 0}, 128, 0},                               /* :: (RFC 4291, section 2.5.2) */
    {{0, ADDRESS_IPV4_PREFIX}, 32, 0},              /* 0.0.0.0 */
    {{0, ADDRESS_IPV4_PREFIX}, 8, 0},               /* the rest of "this network" (RFC 1122) */
    {{0, ADDRESS_IPV4_PREFIX | 0xe0000000}, 4, 0},  /* multicast (RFC 5771) */
    {{0, ADDRESS_IPV4_PREFIX | 0xffffffff}, 32, 0}, /* the limited broadcast, the last of IPv4 */
    {{0xfe80000000000000, 0}, 10, 0},               /* link-local (RFC 4291, section 2.5.6) */
    {{0xff00000000000000, 0}, 8, 0},                /* multicast (RFC 4291, section 2.7) */
};

static int add_edge(struct fib *fib, struct address edge)
{
    struct address *edges = growing_room(fib->edges, fib->edge_count, &fib->edge_capacity, sizeof(*edges));

    if (!edges)
        return -ENOMEM;
    fib->edges = edges;
    fib->edges[fib->edge_count++] = edge;
    return 0;
}

/* A prefix begins one stretch, and the address behind it begins another; nothing is behind the last address
 * of a family. */
static int add_prefix(struct fib *fib, struct fib_prefix prefix)
{
    struct address last = address_last(prefix.base, prefix.length);
    int error = add_edge(fib, prefix.base);

    return error || address_equal(last, address_last(prefix.base, 0)) ? error
                                                                      : add_edge(fib, address_next(last));
}

static int add_own(struct fib *fib, struct fib_prefix prefix)
{
    struct fib_prefix *own = growing_room(fib->own, fib->own_count, &fib->own_capacity, sizeof(*own));

    if (!own)
        return -ENOMEM;
    fib->own = own;
    fib->own[fib->own_count++] = prefix;
    return 0;
}

/* A default route has no destination. */
static bool read_prefix(const struct nlmsghdr *message, size_t family_size, uint16_t type, uint8_t length,
                        struct fib_prefix *out)
{
    const uint8_t *family = mnl_nlmsg_get_payload(message); /* the first byte of every header used here */
    struct address base = netlink_read_address(message, family_size, type);

    if (*family != AF_INET && *family != AF_INET6)
        return false;
    if (address_is_none(base) && *family == AF_INET)
        base = address_of_ipv4(0);
    *out = (struct fib_prefix){base, length, 0};
    return length <= address_bits(base);
}

static bool is_own_type(uint8_t type)
{
    return type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST;
}

static int take_route(const struct nlmsghdr *message, void *context)
{
    const struct rtmsg *route = mnl_nlmsg_get_payload(message);
    struct fib_prefix prefix;
    struct fib *fib = context;
    int error;

    if (!read_prefix(message, sizeof(*route), RTA_DST, route->rtm_dst_len, &prefix))
        return 0;
    error = add_prefix(fib, prefix);
    if (!error && is_own_type(route->rtm_type))
        error = add_own(fib, (struct fib_prefix){prefix.base, prefix.length, route->rtm_type});
    return error;
}

static int take_rule(const struct nlmsghdr *message, void *context)
{
    const struct fib_rule_hdr *rule = mnl_nlmsg_get_payload(message);
    struct fib_prefix prefix;
    struct fib *fib = context;

    if (!read_prefix(message, sizeof(*rule), FRA_DST, rule->dst_len, &prefix))
        return 0;
    return add_prefix(fib, prefix);
}

/* A kernel without IPv6 has no IPv6 tables. */
static int read_all(uint16_t type, size_t family_size, netlink_handler *take, void *context)
{
    static const uint8_t families[] = {AF_INET, AF_INET6};
    int error = 0;

    for (size_t i = 0; !error && i < sizeof(families); i++) {
        struct netlink_request request;
        uint8_t *family = netlink_request_init(&request, type, 0, family_size);

        *family = families[i];
        error = netlink_dump(&request, take, context);
        if (error == -EAFNOSUPPORT)
            error = 0;
    }
    return error;
}

static int compare_edges(const void *left, const void *right)
{
    const struct address *a = left, *b = right;

    return address_order(*a, *b);
}

static void sort_edges(struct fib *fib)
{
    size_t kept = 0;

    qsort(fib->edges, fib->edge_count, sizeof(*fib->edges), compare_edges);
    for (size_t i = 0; i < fib->edge_count; i++)
        if (!kept || !address_equal(fib->edges[kept - 1], fib->edges[i]))
            fib->edges[kept++] = fib->edges[i];
    fib->edge_count = kept;
}

int fib_read(struct fib *out)
{
    int error = 0;

    *out = (struct fib){0};
    for (size_t i = 0; !error && i < sizeof(fixed_prefixes) / sizeof(fixed_prefixes[0]); i++)
        error = add_prefix(out, fixed_prefixes[i]);
    if (!error)
        error = read_all(RTM_GETROUTE, sizeof(struct rtmsg), take_route, out);
    if (!error)
        error = read_all(RTM_GETRULE, sizeof(struct fib_rule_hdr), take_rule, out);
    if (!error)
        sort_edges(out);
    return error;
}

void fib_free(struct fib *fib)
{
    free(fib->edges);
    free(fib->own);
    *fib = (struct fib){0};
}

static int look_for_ports(const struct nlmsghdr *message, void *context)
{
    bool *found = context;

    if (netlink_attribute(message, sizeof(struct fib_rule_hdr), FRA_SPORT_RANGE) ||
        netlink_attribute(message, sizeof(struct fib_rule_hdr), FRA_DPORT_RANGE))
        *found = true;
    return 0;
}

bool fib_looks_at_ports(void)
{
    bool found = false;

    return !read_all(RTM_GETRULE, sizeof(struct fib_rule_hdr), look_for_ports, &found) && found;
}
