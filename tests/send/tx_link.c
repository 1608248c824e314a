// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_link.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/link.h"
#include "host/netns.h"

enum {
    PATIENCE_MS = 2000,
    CAPTURE_BUFFER = 16 << 20,
};

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static int open_capture(const struct two_hosts *hosts)
{
    const struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_IP),
        .sll_ifindex = (int)hosts->far_index,
    };
    int buffer = CAPTURE_BUFFER;

    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    cr_assert_geq(fd, 0);
    cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)), 0);
    cr_assert_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
    return fd;
}

void tx_link_make(struct tx_link *link, const struct tx_ops *ops, uint32_t slots)
{
    struct frame_config frame = {.key = key, .source = NEAR_ADDRESS, .vlan = FRAME_NO_VLAN};
    struct link_info near;

    two_hosts_make(&link->hosts);
    cr_assert_eq(link_by_index(link->hosts.near_index, &near), 0);
    memcpy(frame.source_mac, near.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, link->hosts.far_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&link->frame, &frame);
    link->capture = open_capture(&link->hosts);

    const struct tx_config config = {
        .interface_index = link->hosts.near_index,
        .frame = &link->frame,
        .slots = slots,
    };
    int error = ops->open(&link->tx, &config);
    cr_assert_eq(error, 0, "%s: %s", ops->name, strerror(-error));
}

struct tx_totals tx_link_close(struct tx_link *link)
{
    struct tx_totals totals;

    link->tx->ops->close(link->tx, &totals);
    return totals;
}

void tx_link_free(struct tx_link *link)
{
    close(link->capture);
    close(link->hosts.near_netns);
    close(link->hosts.far_netns);
}

static void change(struct ifreq *request, unsigned long how)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    cr_assert_geq(fd, 0);
    memcpy(request->ifr_name, "near", sizeof("near"));
    cr_assert_eq(ioctl(fd, how, request), 0);
    close(fd);
}

void tx_link_set_up(bool up)
{
    struct ifreq request = {.ifr_flags = up ? IFF_UP : 0};

    change(&request, SIOCSIFFLAGS);
}

void tx_link_set_mtu(int mtu)
{
    struct ifreq request = {.ifr_mtu = mtu};

    change(&request, SIOCSIFMTU);
}

/* The kernel's own packets (IGMP) are not what is looked for. */
static bool is_probe(const struct captured_frame *frame)
{
    return frame->length > ETHERNET_HEADER + UDP_PROBE_HEADERS &&
           frame->data[ETHERNET_HEADER + 9] == UDP_PROBE_PROTOCOL;
}

static bool read_frame(struct tx_link *link, struct captured_frame *frame, int patience_ms)
{
    struct pollfd wait = {.fd = link->capture, .events = POLLIN};

    while (poll(&wait, 1, patience_ms) > 0) {
        ssize_t length = recv(link->capture, frame->data, sizeof(frame->data), MSG_DONTWAIT | MSG_TRUNC);

        cr_assert_geq(length, 0);
        frame->length = (size_t)length;
        if (is_probe(frame))
            return true;
    }
    return false;
}

bool tx_link_read(struct tx_link *link, struct captured_frame *frame)
{
    return read_frame(link, frame, PATIENCE_MS);
}

bool tx_link_drained(struct tx_link *link)
{
    struct captured_frame frame;

    return !read_frame(link, &frame, 0);
}
