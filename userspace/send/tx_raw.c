// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct raw_backend {
    struct tx base;
    struct tracked *tracked;
    int fd;
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
static int open_socket(const char *interface)
{
    int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);

    if (fd < 0)
        return -errno;
    int error = set_up(fd, interface);
    if (error) {
        close(fd);
        return error;
    }
    return fd;
}

/* 0; -EAGAIN where there is no room; or the errno of a probe that will never leave. */
static int send_one(struct raw_backend *self, const struct probe *probe, uint64_t now_ns)
{
    const struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(probe->target)};
    unsigned length = tracked_craft(self->tracked, probe, now_ns, self->packet);

    if (sendto(self->fd, self->packet, length, 0, (const struct sockaddr *)&to, sizeof(to)) >= 0)
        return 0;
    return errno == ENOBUFS || errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
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
        if (error)
            self->last_error = error;
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
    close(self->fd);
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

int tx_raw_open(struct tx **out, struct tracked *tracked, const char *interface)
{
    struct raw_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &raw_ops;
    self->tracked = tracked;
    self->fd = open_socket(interface);
    if (self->fd < 0) {
        int error = self->fd;

        free(self);
        return error;
    }
    *out = &self->base;
    return 0;
}

int tx_raw_error(const struct tx *tx)
{
    return ((const struct raw_backend *)tx)->last_error;
}
