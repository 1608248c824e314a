// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/own_address.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/socket_address.h"
#include "base/stop_signal.h"
#include "host/link.h"
#include "host/netlink.h"
#include "host/route.h"

/* From linux/in6.h and linux/ipv6.h, which cannot be included together with netinet/in.h. */
#define IPV6_PREFER_SRC_PUBLIC 0x0002

enum {
    DISCARD_PORT = 9, /* nothing is sent there (RFC 863) */
    /* For IPv6; for IPv4 the first of these bits means a secondary address. */
    NOT_TO_SEND_FROM = IFA_F_TEMPORARY | IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED,
};

bool address_is_own(struct address address)
{
    struct route route;

    return route_get(&(const struct route_query){.destination = address}, &route) == 0 &&
           route.type == RTN_LOCAL;
}

int address_wait_own(struct address address, unsigned timeout_ms)
{
    const struct timespec pause = {.tv_nsec = NS_PER_MS};
    uint64_t deadline = clock_now_ns() + timeout_ms * NS_PER_MS;

    while (!address_is_own(address)) {
        if (clock_now_ns() >= deadline)
            return -ETIMEDOUT;
        if (stop_signal_pending())
            return -EINTR;
        nanosleep(&pause, NULL);
    }
    return 0;
}

int address_add(unsigned interface_index, struct address address, unsigned prefix_length, unsigned timeout_ms)
{
    int error = link_add_address(interface_index, address, prefix_length);

    return error ? error : address_wait_own(address, timeout_ms);
}

/* If the link has a peer address, IFA_ADDRESS is the peer's and IFA_LOCAL our own. */
static struct address read_own(const struct nlmsghdr *message)
{
    const size_t family_size = sizeof(struct ifaddrmsg);
    struct address local = netlink_read_address(message, family_size, IFA_LOCAL);

    return address_is_none(local) ? netlink_read_address(message, family_size, IFA_ADDRESS) : local;
}

struct address_search {
    unsigned interface_index;
    struct address found;
};

static int dump_addresses(int family, netlink_handler *handler, struct address_search *search)
{
    struct netlink_request request;
    struct ifaddrmsg *header = netlink_request_init(&request, RTM_GETADDR, 0, sizeof(*header));

    header->ifa_family = (uint8_t)family;
    return netlink_dump(&request, handler, search);
}

static bool is_to_send_from(const struct ifaddrmsg *header)
{
    return header->ifa_family == AF_INET ||
           (header->ifa_scope < RT_SCOPE_LINK && !(header->ifa_flags & NOT_TO_SEND_FROM));
}

static int keep_first_address(const struct nlmsghdr *message, void *context)
{
    const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
    struct address_search *search = context;

    if (header->ifa_index == search->interface_index && address_is_none(search->found) &&
        is_to_send_from(header))
        search->found = read_own(message);
    return 0;
}

int interface_address(unsigned interface_index, enum address_family family, struct address *address)
{
    struct address_search search = {.interface_index = interface_index};
    int error = dump_addresses(family == FAMILY_IPV4 ? AF_INET : AF_INET6, keep_first_address, &search);

    *address = search.found;
    return error;
}

static int find_address(const struct nlmsghdr *message, void *context)
{
    const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
    struct address_search *search = context;

    if (address_equal(read_own(message), search->found))
        search->interface_index = header->ifa_index;
    return 0;
}

int interface_with_address(struct address address, unsigned *interface_index)
{
    struct address_search search = {.found = address};
    int error = dump_addresses(netlink_family(address), find_address, &search);

    *interface_index = search.interface_index;
    return error || search.interface_index ? error : -ENOENT;
}

static int read_flags(const struct nlmsghdr *message, void *context)
{
    const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);

    *(uint8_t *)context = header->ifa_flags;
    return 0;
}

bool address_is_temporary(struct address address, unsigned interface_index)
{
    struct netlink_request request;
    struct ifaddrmsg *header = netlink_request_init(&request, RTM_GETADDR, 0, sizeof(*header));
    uint8_t flags = 0;

    if (address_is_ipv4(address))
        return false;
    header->ifa_family = AF_INET6;
    header->ifa_index = interface_index;
    netlink_put_address(&request.header, IFA_ADDRESS, address);
    return !netlink_query(&request, read_flags, &flags) && flags & IFA_F_TEMPORARY;
}

/* connect(2) of a datagram socket chooses a source and sends nothing. */
static int choose_source(int fd, struct address destination, unsigned interface_index, struct address *source)
{
    struct socket_address to = socket_address_of(destination, DISCARD_PORT),
                          from = {.length = sizeof(from.ipv6)};
    int preference = IPV6_PREFER_SRC_PUBLIC, index = (int)interface_index;

    to.ipv6.sin6_scope_id = interface_index;
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, &preference, sizeof(preference)) ||
        setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof(index)) ||
        connect(fd, &to.any, to.length) || getsockname(fd, &from.any, &from.length))
        return -errno;
    *source = socket_address_read(&from.any);
    return 0;
}

int address_public(struct address destination, unsigned interface_index, struct address *source)
{
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    int error = choose_source(fd, destination, interface_index, source);
    close(fd);
    return error;
}
