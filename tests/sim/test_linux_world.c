// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/linux_world.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/netns.h"
#include "host/route.h"
#include "host/two_hosts.h"

static int connect_to(struct address target)
{
    uint8_t bytes[ADDRESS_BYTES];
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(33434)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(33434)};
    bool is_ipv4 = address_is_ipv4(target);
    int fd = socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    address_store(bytes, target);
    memcpy(&ipv4.sin_addr, bytes + 12, 4);
    memcpy(&ipv6.sin6_addr, bytes, sizeof(bytes));
    cr_assert_eq(is_ipv4 ? connect(fd, (const struct sockaddr *)&ipv4, sizeof(ipv4))
                         : connect(fd, (const struct sockaddr *)&ipv6, sizeof(ipv6)),
                 0);
    return fd;
}

/* Sends a datagram from the first router and returns what comes of it: ECONNREFUSED where a target has no
 * such port, EHOSTUNREACH where its TTL ended. */
static int send_there(struct address target, int ttl)
{
    const struct timeval patience = {.tv_sec = 10};
    int fd = connect_to(target), level = address_is_ipv4(target) ? IPPROTO_IP : IPPROTO_IPV6, on = 1;
    char byte = 0;

    cr_assert_eq(setsockopt(fd, level, level == IPPROTO_IP ? IP_TTL : IPV6_UNICAST_HOPS, &ttl, sizeof(ttl)),
                 0);
    cr_assert_eq(setsockopt(fd, level, level == IPPROTO_IP ? IP_RECVERR : IPV6_RECVERR, &on, sizeof(on)), 0);
    cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    cr_assert_eq(send(fd, &byte, 1, 0), 1);
    int error = recv(fd, &byte, 1, 0) < 0 ? errno : 0;
    close(fd);
    return error;
}

/* The target of a number, in either family. */
static void expect_there(uint32_t number, int ttl, int error)
{
    cr_expect_eq(send_there(sim_address(number, FAMILY_IPV4), ttl), error, "%08x, TTL %d", number, ttl);
    cr_expect_eq(send_there(sim_address(number, FAMILY_IPV6), ttl), error, "%08x, hop limit %d", number, ttl);
}

static struct sim_linux_world *open_world(struct sim_linux shape, int *netns)
{
    struct sim_linux_world *world = NULL;

    *netns = netns_create();
    cr_assert_geq(*netns, 0);
    cr_assert_eq(sim_linux_world_open(&world, &shape, *netns), 0);
    cr_assert_eq(netns_enter(*netns), 0);
    return world;
}

/* The first router's own packets come as far as the third, one TTL less for each. */
Test(linux_world, routers_forward_and_answer)
{
    int netns;
    struct sim_linux_world *world = open_world((struct sim_linux){.routers = 3}, &netns);

    expect_there(0xc6130001, 64, ECONNREFUSED);
    expect_there(0xc613ff01, 3, ECONNREFUSED);
    expect_there(0xc6130001, 2, EHOSTUNREACH);
    expect_there(0xc6130001, 1, EHOSTUNREACH);
    sim_linux_world_close(world);
    close(netns);
}

Test(linux_world, a_diamond_leads_to_the_target)
{
    int netns;
    struct sim_linux_world *world = open_world((struct sim_linux){.routers = 3, .diamond = 1}, &netns);

    for (uint32_t i = 1; i <= 20; i++)
        expect_there(0xc6130001 + (i << 8), 64, ECONNREFUSED);
    sim_linux_world_close(world);
    close(netns);
}

Test(linux_world, nothing_stays_open)
{
    unsigned before;
    int netns;

    sim_linux_world_close(open_world((struct sim_linux){.routers = 1}, &netns));
    close(netns);
    before = open_descriptors();
    sim_linux_world_close(open_world((struct sim_linux){.routers = 4}, &netns));
    close(netns);
    cr_expect_eq(open_descriptors(), before);
}

Test(linux_world, a_world_that_cannot_be_made_is_told)
{
    const struct sim_linux shape = {.routers = 2};
    struct sim_linux_world *world = NULL;

    cr_expect_eq(sim_linux_world_open(&world, &shape, 9999), -EBADF);
    cr_expect_null(world);
}
