// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/wire.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/netlink.h"
#include "host/netns.h"

enum {
    PATIENCE_MS = 5000, /* limit for things that must come: not waited for unless something is wrong */
    RECEIVE_BUFFER = 64 << 20,
};

static int open_for(int netns_fd, unsigned interface_index, uint16_t ethertype)
{
    const struct sockaddr_ll device = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ethertype),
        .sll_ifindex = (int)interface_index,
    };
    int home = netns_open_current(), size = RECEIVE_BUFFER, on = 1;

    cr_assert_geq(home, 0);
    cr_assert_eq(netns_enter(netns_fd), 0);
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    cr_assert_geq(fd, 0);
    cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)), 0);
    /* The queueing discipline of a device that has just come up may still drop frames. */
    cr_assert_eq(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)), 0);
    cr_assert_eq(bind(fd, (const struct sockaddr *)&device, sizeof(device)), 0);
    cr_assert_eq(netns_enter(home), 0);
    close(home);
    return fd;
}

int wire_open(int netns_fd, unsigned interface_index)
{
    return open_for(netns_fd, interface_index, ETH_P_IP);
}

int wire_open_ipv6(int netns_fd, unsigned interface_index)
{
    return open_for(netns_fd, interface_index, ETH_P_IPV6);
}

void wire_send(int fd, const uint8_t *frame, size_t length)
{
    cr_assert_eq(send(fd, frame, length, 0), (ssize_t)length);
}

size_t wire_receive_now(int fd, uint8_t frame[WIRE_FRAME_MAX])
{
    ssize_t length = recv(fd, frame, WIRE_FRAME_MAX, MSG_DONTWAIT);

    /* Of a device that was down, the socket reports this once, and works again when it is up. */
    if (length < 0 && errno == ENETDOWN)
        length = recv(fd, frame, WIRE_FRAME_MAX, MSG_DONTWAIT);
    return length > 0 ? (size_t)length : 0;
}

size_t wire_receive(int fd, uint8_t frame[WIRE_FRAME_MAX])
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};

    return poll(&waiting, 1, PATIENCE_MS) > 0 ? wire_receive_now(fd, frame) : 0;
}

static void change(const char *device, unsigned long what, struct ifreq *request)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", device);
    cr_assert_eq(ioctl(fd, what, request), 0, "%s: %s", device, strerror(errno));
    close(fd);
}

void wire_set_up(const char *device, int up)
{
    struct ifreq request = {0};

    change(device, SIOCGIFFLAGS, &request);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    change(device, SIOCSIFFLAGS, &request);
}

void wire_set_mtu(const char *device, unsigned mtu)
{
    struct ifreq request = {.ifr_mtu = (int)mtu};

    change(device, SIOCSIFMTU, &request);
}

void wire_remove(const char *device)
{
    struct netlink_request request;

    netlink_request_init(&request, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(&request.header, IFLA_IFNAME, device);
    cr_assert_eq(netlink_change(&request), 0);
}
