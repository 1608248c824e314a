// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/path_mtu.h"
#include "packet/fragments.h"

#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52 /* linux/in.h, which does not go with netinet/in.h */
#endif

enum {
    FLAGS = 6, /* where the byte is in the header */
    DONT_FRAGMENT = 0x40,
};

/* What the kernel routes by, beside the destination: a control message each (ip(7)). */
struct routing {
    _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
    size_t length;
};

struct raw_backend {
    struct tx base;
    struct tracked *tracked;
    int fd;
    struct routing routing;
    enum tx_raw_long long_packets;
    struct path_mtu path_mtu;
    bool full;      /* the last probe found no room */
    int last_error; /* of a probe that was dropped */
    uint8_t packet[TRACKED_MAX_LENGTH + 1];
};

static int set_up(int fd, const char *interface)
{
    int on = 1, probe = IP_PMTUDISC_PROBE;

    /* What is learned about the path's MTU must not change or refuse later probes: measuring it is ours. */
    if (setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)) ||
        setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof(probe)) ||
        setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)))
        return -errno;
    if (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1))
        return -errno;
    return 0;
}

/* A raw socket of this protocol receives nothing. */
int tx_raw_socket(void)
{
    int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);

    return fd < 0 ? -errno : fd;
}

static void put_control(struct routing *routing, int type, const void *value, size_t size)
{
    struct cmsghdr *control = (struct cmsghdr *)(void *)(routing->bytes + routing->length);

    *control = (struct cmsghdr){CMSG_LEN(size), IPPROTO_IP, type};
    memcpy(CMSG_DATA(control), value, size);
    routing->length += CMSG_SPACE(size);
}

static void choose_routing(struct raw_backend *self, const struct tx_raw_config *config)
{
    const struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(address_ipv4(config->source))};
    int protocol = config->protocol, known;
    socklen_t size = sizeof(known);

    if (!address_is_none(config->source))
        put_control(&self->routing, IP_PKTINFO, &source, sizeof(source));
    /* Kernels that do not know it refuse the whole message. */
    if (protocol && getsockopt(self->fd, IPPROTO_IP, IP_PROTOCOL, &known, &size) == 0)
        put_control(&self->routing, IP_PROTOCOL, &protocol, sizeof(protocol));
}

/* 0; -EAGAIN where there is no room; or the errno of a packet that will never leave. */
static int send_parts(struct raw_backend *self, struct address target_address, struct iovec *parts,
                      size_t count)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address_ipv4(target_address))};
    const struct msghdr message = {
        .msg_name = &to,
        .msg_namelen = sizeof(to),
        .msg_iov = parts,
        .msg_iovlen = count,
        .msg_control = self->routing.length ? self->routing.bytes : NULL,
        .msg_controllen = self->routing.length,
    };

    if (sendmsg(self->fd, &message, 0) >= 0)
        return 0;
    return errno == ENOBUFS || errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
}

/* Where there is no room in the middle, the probe is sent anew, with another number: what has left of it is
 * never put together. */
static int send_fragments(struct raw_backend *self, struct address target_address, unsigned length,
                          unsigned mtu)
{
    struct fragments fragments = {
        .packet = self->packet,
        .length = length,
        .mtu = mtu,
        .identification = tracked_fragment_id(self->tracked),
    };
    struct fragment fragment;
    int error = 0;

    while (!error && fragments_next(&fragments, &fragment)) {
        struct iovec parts[] = {{fragment.header, fragment.header_size}, {fragment.data, fragment.size}};

        error = send_parts(self, target_address, parts, 2);
    }
    return error;
}

static int send_whole(struct raw_backend *self, struct address target_address, unsigned length)
{
    struct iovec packet = {self->packet, length};

    return send_parts(self, target_address, &packet, 1);
}

/* The kernel is asked about paths only where a packet did not fit, or must be marked: most fit. */
static int send_one(struct raw_backend *self, const struct probe *probe, uint64_t now_ns)
{
    unsigned length = tracked_craft(self->tracked, probe, now_ns, self->packet);
    bool discovers = self->long_packets == TX_RAW_DISCOVERED;
    int error = discovers ? -EMSGSIZE : send_whole(self, probe->target_address, length);

    if (error != -EMSGSIZE || self->long_packets == TX_RAW_REFUSED)
        return error;
    int mtu = path_mtu_get(&self->path_mtu, probe->target_address, 0);
    if (mtu < (int)fragments_least_mtu(address_family(probe->target_address)))
        return mtu < 0 ? mtu : error;
    if (length > (unsigned)mtu)
        return send_fragments(self, probe->target_address, length, (unsigned)mtu);
    if (!discovers)
        return error;
    self->packet[FLAGS] |= DONT_FRAGMENT; /* the kernel makes the checksum of the header right (raw(7)) */
    return send_whole(self, probe->target_address, length);
}

static size_t raw_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct raw_backend *self = (struct raw_backend *)tx;
    size_t taken = 0;

    for (self->full = false; taken < n && !self->full;) {
        int error = send_one(self, &probes[taken], now_ns);

        self->full = error == -EAGAIN;
        if (self->full)
            break;
        if (error) {
            self->last_error = error;
            tx_tell_dropped(tx, &probes[taken]);
        }
        counter_add(error ? &tx->counters.dropped : &tx->counters.sent, 1);
        taken++;
    }
    return taken;
}

/* Nothing is ever published without having left. */
static int raw_push(struct tx *tx)
{
    return ((struct raw_backend *)tx)->full ? -EAGAIN : 0;
}

/* The kernel knows the next hop. */
static void raw_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    (void)tx;
    (void)next_hop_mac;
}

static void raw_close(struct tx *tx, struct tx_totals *final)
{
    struct raw_backend *self = (struct raw_backend *)tx;

    *final = (struct tx_totals){counter_read(&tx->counters.sent), counter_read(&tx->counters.dropped)};
    path_mtu_close(&self->path_mtu);
    free(self);
}

static const struct tx_ops raw_ops = {
    .name = "raw",
    .help = "a raw IPv4 socket, for traces",
    .send = raw_send,
    .push = raw_push,
    .redirect = raw_redirect,
    .close = raw_close,
};

int tx_raw_open(struct tx **out, struct tracked *tracked, const struct tx_raw_config *config)
{
    struct raw_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &raw_ops;
    self->tracked = tracked;
    self->fd = config->fd;
    self->long_packets = config->long_packets;
    self->path_mtu = (struct path_mtu){.ipv4 = -1, .ipv6 = -1};
    int error = set_up(self->fd, config->interface);
    if (!error && self->long_packets != TX_RAW_REFUSED)
        error = path_mtu_open(&self->path_mtu, config->interface);
    if (error) {
        free(self);
        return error;
    }
    choose_routing(self, config);
    *out = &self->base;
    return 0;
}

int tx_raw_error(const struct tx *tx)
{
    return ((const struct raw_backend *)tx)->last_error;
}

void tx_raw_learn(struct tx *tx, struct address target_address, unsigned mtu)
{
    struct raw_backend *self = (struct raw_backend *)tx;

    if (self->long_packets == TX_RAW_DISCOVERED)
        path_mtu_learn(&self->path_mtu, target_address, mtu);
}
