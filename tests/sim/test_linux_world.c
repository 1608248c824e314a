// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/linux_world.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/netns.h"
#include "host/route.h"
#include "host/two_hosts.h"

/* Sends a datagram from the first router and returns what comes of it: ECONNREFUSED where a target has no
 * such port, EHOSTUNREACH where its TTL ended. */
static int send_there(uint32_t target, int ttl)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(target), .sin_port = htons(33434)};
    const struct timeval patience = {.tv_sec = 10};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
    char byte = 0;

    cr_assert_eq(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)), 0);
    cr_assert_eq(setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
    cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    cr_assert_eq(send(fd, &byte, 1, 0), 1);
    int error = recv(fd, &byte, 1, 0) < 0 ? errno : 0;
    close(fd);
    return error;
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

    cr_expect_eq(send_there(0xc6130001, 64), ECONNREFUSED);
    cr_expect_eq(send_there(0xc613fffe, 3), ECONNREFUSED);
    cr_expect_eq(send_there(0xc6130001, 2), EHOSTUNREACH);
    cr_expect_eq(send_there(0xc6130001, 1), EHOSTUNREACH);
    sim_linux_world_close(world);
    close(netns);
}

Test(linux_world, a_diamond_leads_to_the_target)
{
    int netns;
    struct sim_linux_world *world = open_world((struct sim_linux){.routers = 3, .diamond = 1}, &netns);

    for (uint32_t i = 1; i <= 20; i++)
        cr_expect_eq(send_there(0xc6130000 + i, 64), ECONNREFUSED);
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
