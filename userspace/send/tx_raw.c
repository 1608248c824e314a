// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/socket_address.h"
#include "bytes.h"
#include "host/own_address.h"
#include "host/path_mtu.h"
#include "packet/fragments.h"

#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52 /* from linux/in.h, which cannot be included beside netinet/in.h */
#endif

/* What the kernel routes by, besides the destination: one control message each (ip(7), ipv6(7)). */
struct routing {
    _Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
    size_t length;
};

/* The socket and routing of one family. */
struct raw_out {
    int fd;
    struct routing routing;
    uint16_t port; /* IPv6: port of the destination address, which means the protocol for raw sockets */
};

struct raw_backend {
    struct tx base;
    struct tracked *tracked;
    const struct given *given;
    struct raw_out ipv4, ipv6;
    unsigned scopes[TRACKED_MAX_SOURCES];
    enum tx_raw_long long_packets;
    uint64_t (*clock)(void);
    struct path_mtu path_mtu;
    bool full;      /* there was no room for the last probe */
    int last_error; /* of the last dropped probe */
    uint8_t packet[TRACKED_MAX_LENGTH + 1];
};

static int bind_to(int fd, const char *interface)
{
    if (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1))
        return -errno;
    return 0;
}

/* What the kernel learns about the MTU of a path must not change or refuse later probes: measuring it is our
 * task. */
static int set_up_ipv4(int fd, const char *interface)
{
    int on = 1, probe = IP_PMTUDISC_PROBE;

    if (setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)) ||
        setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof(probe)) ||
        setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)))
        return -errno;
    return bind_to(fd, interface);
}

static int set_up_ipv6(int fd, const char *interface)
{
    int probe = IPV6_PMTUDISC_PROBE; /* likewise: a ping is enough to teach the kernel an MTU */

    if (setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof(probe)))
        return -errno;
    return bind_to(fd, interface);
}

/* A raw socket of this protocol receives nothing, and for IPv6 it takes whole packets. */
int tx_raw_socket(enum address_family family)
{
    int fd = socket(family == FAMILY_IPV4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    IPPROTO_RAW);

    return fd < 0 ? -errno : fd;
}

static void put_control(struct routing *routing, int level, int type, const void *value, size_t size)
{
    struct cmsghdr *control = (struct cmsghdr *)(void *)(routing->bytes + routing->length);

    *control = (struct cmsghdr){CMSG_LEN(size), level, type};
    memcpy(CMSG_DATA(control), value, size);
    routing->length += CMSG_SPACE(size);
}

/* Kernels that do not support protocols reject the whole message. */
static bool knows_protocols(int ipv4)
{
    int known;
    socklen_t size = sizeof(known);

    return getsockopt(ipv4, IPPROTO_IP, IP_PROTOCOL, &known, &size) == 0;
}

static void choose_routing_ipv4(struct raw_out *out, const struct tx_raw_config *config)
{
    const struct in_pktinfo source = {.ipi_spec_dst.s_addr = htonl(address_ipv4(config->sources.ipv4))};
    int protocol = config->protocol;

    if (!address_is_none(config->sources.ipv4))
        put_control(&out->routing, IPPROTO_IP, IP_PKTINFO, &source, sizeof(source));
    if (protocol && knows_protocols(config->ipv4))
        put_control(&out->routing, IPPROTO_IP, IP_PROTOCOL, &protocol, sizeof(protocol));
}

/* The kernel rejects a source that is not an address of its own. */
static void choose_routing_ipv6(struct raw_out *out, const struct tx_raw_config *config)
{
    struct in6_pktinfo source = {0};

    address_store(source.ipi6_addr.s6_addr, config->sources.ipv6);
    if (!address_is_none(config->sources.ipv6) && address_is_own(config->sources.ipv6))
        put_control(&out->routing, IPPROTO_IPV6, IPV6_PKTINFO, &source, sizeof(source));
    if (knows_protocols(config->ipv4))
        out->port = config->protocol == PROTOCOL_ICMP ? PROTOCOL_ICMPV6 : config->protocol;
}

/* The destination of a packet, for sendmsg(2). */
static struct socket_address destination_of(const struct raw_backend *self, const struct probe *probe)
{
    bool ipv4 = address_is_ipv4(probe->target_address);
    struct socket_address to = socket_address_of(probe->target_address, ipv4 ? 0 : self->ipv6.port);

    if (!ipv4)
        to.ipv6.sin6_scope_id = self->scopes[probe->lane];
    return to;
}

/* Returns 0; -EAGAIN if there is no room; or the errno of a packet that can never be sent. */
static int send_parts(struct raw_backend *self, const struct probe *probe, struct iovec *parts, size_t count)
{
    struct raw_out *out = address_is_ipv4(probe->target_address) ? &self->ipv4 : &self->ipv6;
    struct socket_address to = destination_of(self, probe);
    const struct msghdr message = {
        .msg_name = &to.any,
        .msg_namelen = to.length,
        .msg_iov = parts,
        .msg_iovlen = count,
        .msg_control = out->routing.length ? out->routing.bytes : NULL,
        .msg_controllen = out->routing.length,
    };

    if (sendmsg(out->fd, &message, 0) >= 0)
        return 0;
    return errno == ENOBUFS || errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
}

/* The send time is that of the first byte: a router answers the first fragment while the others are still to
 * be sent. */
static void note_time(struct raw_backend *self)
{
    if (self->clock)
        tracked_left(self->tracked, self->clock());
}

/* If there is no room after some fragments, the probe is sent anew with another ID; the fragments already
 * sent are never reassembled. */
static int send_fragments(struct raw_backend *self, const struct probe *probe, unsigned length, unsigned mtu)
{
    struct fragments fragments = {
        .packet = self->packet,
        .length = length,
        .mtu = mtu,
        .identification = tracked_fragment_id(self->tracked),
    };
    struct fragment fragment;
    int error = 0;

    note_time(self);
    while (!error && fragments_next(&fragments, &fragment)) {
        struct iovec parts[] = {{fragment.header, fragment.header_size}, {fragment.data, fragment.size}};

        error = send_parts(self, probe, parts, 2);
    }
    return error;
}

static int send_whole(struct raw_backend *self, const struct probe *probe, unsigned length)
{
    struct iovec packet = {self->packet, length};

    note_time(self);
    return send_parts(self, probe, &packet, 1);
}

/* Whether a router has reported a narrower link, or should report one. */
static bool asks_for_mtu(const struct raw_backend *self, struct address target_address)
{
    return self->long_packets == TX_RAW_DISCOVERED ||
           (self->long_packets == TX_RAW_FRAGMENTED && path_mtu_is_told(&self->path_mtu, target_address));
}

static unsigned craft(struct raw_backend *self, const struct probe *probe, uint64_t now_ns)
{
    return self->given ? given_craft(self->given, probe, now_ns, self->packet)
                       : tracked_craft(self->tracked, probe, now_ns, self->packet);
}

/* Most packets fit: the kernel is asked about the path only if one did not fit or must be marked. */
static int send_one(struct raw_backend *self, const struct probe *probe, uint64_t now_ns)
{
    enum address_family family = address_family(probe->target_address);
    unsigned length = craft(self, probe, now_ns);
    bool asks = asks_for_mtu(self, probe->target_address);
    int error = asks ? -EMSGSIZE : send_whole(self, probe, length);

    if (error != -EMSGSIZE || self->long_packets == TX_RAW_REFUSED)
        return error;
    int mtu = path_mtu_get(&self->path_mtu, probe->target_address, self->scopes[probe->lane]);
    if (mtu < (int)fragments_least_mtu(family))
        return mtu < 0 ? mtu : error;
    if (length > (unsigned)mtu)
        return send_fragments(self, probe, length, (unsigned)mtu);
    if (!asks)
        return error;
    if (family == FAMILY_IPV4) /* the kernel fills in the checksum of the header (raw(7)) */
        store_be16(self->packet + IPV4_FRAGMENT, IPV4_DONT_FRAGMENT);
    return send_whole(self, probe, length);
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

/* Nothing is ever pending: a published probe has left. */
static int raw_push(struct tx *tx)
{
    return ((struct raw_backend *)tx)->full ? -EAGAIN : 0;
}

/* Nothing to do: the kernel finds the next hop. */
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
    .help = "raw sockets, for traces",
    .send = raw_send,
    .push = raw_push,
    .redirect = raw_redirect,
    .close = raw_close,
};

static int set_up(struct raw_backend *self, const struct tx_raw_config *config)
{
    int error = config->ipv4 >= 0 ? set_up_ipv4(config->ipv4, config->interface) : 0;

    if (!error && config->ipv6 >= 0)
        error = set_up_ipv6(config->ipv6, config->interface);
    if (!error && self->long_packets != TX_RAW_REFUSED)
        error = path_mtu_open(&self->path_mtu, config->interface);
    return error;
}

int tx_raw_open(struct tx **out, struct tracked *tracked, const struct tx_raw_config *config)
{
    struct raw_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &raw_ops;
    self->tracked = tracked;
    self->given = config->given;
    self->ipv4.fd = config->ipv4;
    self->ipv6.fd = config->ipv6;
    self->long_packets = config->long_packets;
    self->clock = config->clock;
    self->path_mtu = (struct path_mtu){.ipv4 = -1, .ipv6 = -1};
    if (config->scopes)
        memcpy(self->scopes, config->scopes, config->scope_count * sizeof(config->scopes[0]));
    int error = set_up(self, config);
    if (error) {
        free(self);
        return error;
    }
    choose_routing_ipv4(&self->ipv4, config);
    choose_routing_ipv6(&self->ipv6, config);
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

    if (self->long_packets == TX_RAW_DISCOVERED ||
        (self->long_packets == TX_RAW_FRAGMENTED && !address_is_ipv4(target_address)))
        path_mtu_learn(&self->path_mtu, target_address, mtu);
}
