// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/packet_socket.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* Each frame in flight counts with the size of its skb. With less than this, the default limit would end
     * batches early. */
    BUFFER_PER_FRAME = 1024,
};

static int set_up(int fd, unsigned interface_index, uint32_t frames)
{
    /* Protocol 0: the socket receives nothing. */
    const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)interface_index};
    int on = 1, send_buffer = (int)frames * BUFFER_PER_FRAME;

    if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
        return -errno;
    /* Needs CAP_NET_ADMIN. Without it the system's limit applies, which only costs rate. */
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof(send_buffer)))
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
    return bind(fd, (const struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

int packet_socket_open(unsigned interface_index, uint32_t frames)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    int error = set_up(fd, interface_index, frames);
    if (error) {
        close(fd);
        return error;
    }
    return fd;
}

unsigned packet_socket_mtu(int fd, unsigned interface_index)
{
    struct ifreq request = {.ifr_ifindex = (int)interface_index};

    if (ioctl(fd, SIOCGIFNAME, &request) || ioctl(fd, SIOCGIFMTU, &request))
        return UINT_MAX;
    return (unsigned)request.ifr_mtu;
}

bool packet_socket_link_down(int fd, unsigned interface_index)
{
    struct ifreq request = {.ifr_ifindex = (int)interface_index};

    /* netdevice(7); both calls look the device up in the namespace of the socket. */
    return ioctl(fd, SIOCGIFNAME, &request) == 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
           !(request.ifr_flags & IFF_RUNNING);
}
