// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/fib.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "base/growing.h"
#include "host/netlink.h"

/* Addresses that the kernel treats as it does whatever its tables say: 0.0.0.0, the rest of 0.0.0.0/8,
 * multicast, what lies above, the limited broadcast. */
static const uint32_t fixed_edges[] = {0, 1, 0x01000000, 0xe0000000, 0xf0000000, 0xffffffff};

static int add_edge(struct fib *fib, uint32_t ipv4)
{
    struct address *edges = growing_room(fib->edges, fib->edge_count, &fib->edge_capacity, sizeof(*edges));

    if (!edges)
        return -ENOMEM;
    fib->edges = edges;
    fib->edges[fib->edge_count++] = address_of_ipv4(ipv4);
    return 0;
}

/* A prefix begins one stretch, and what follows it another; behind the last address nothing follows. */
static int add_prefix(struct fib *fib, struct fib_prefix prefix)
{
    uint32_t first = address_ipv4(prefix.base);
    uint32_t end = first + (uint32_t)(UINT64_C(0x100000000) >> prefix.length);
    int error = add_edge(fib, first);

    return error || !end ? error : add_edge(fib, end);
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

static bool read_prefix(const struct nlmsghdr *message, size_t family_size, uint16_t type, uint8_t length,
                        struct fib_prefix *out)
{
    uint32_t bytes = 0;

    netlink_read(message, family_size, type, &bytes, sizeof(bytes));
    *out = (struct fib_prefix){address_of_ipv4(ntohl(bytes)), length, 0};
    return length <= 32;
}

static int take_route(const struct nlmsghdr *message, void *context)
{
    const struct rtmsg *route = mnl_nlmsg_get_payload(message);
    struct fib_prefix prefix;
    struct fib *fib = context;
    int error;

    if (route->rtm_family != AF_INET ||
        !read_prefix(message, sizeof(*route), RTA_DST, route->rtm_dst_len, &prefix))
        return 0;
    error = add_prefix(fib, prefix);
    if (!error && (route->rtm_type == RTN_LOCAL || route->rtm_type == RTN_BROADCAST))
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

static int read_all(uint16_t type, size_t family_size, netlink_handler *take, void *context)
{
    struct netlink_request request;
    /* Of every kind of header here the family is the first byte. */
    uint8_t *family = netlink_request_init(&request, type, 0, family_size);

    *family = AF_INET;
    return netlink_dump(&request, take, context);
}

static int compare_edges(const void *left, const void *right)
{
    const struct address *a = left, *b = right;

    return address_compare(*a, *b);
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
    for (size_t i = 0; !error && i < sizeof(fixed_edges) / sizeof(fixed_edges[0]); i++)
        error = add_edge(out, fixed_edges[i]);
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
