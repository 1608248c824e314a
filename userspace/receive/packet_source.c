// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/packet_source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "layout.h"
#include "protocol.h"

#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000 /* missing in the headers of some systems */
#endif

enum {
    FILTER_MAX = 32, /* instructions */
    /* An ICMP error has at most 576 bytes, all headers included (RFC 1812, section 4.3.2.3), for IPv6 1280
     * (RFC 4443, section 2.4). An Echo Reply has as many as were sent; those beyond this length carry no
     * information. */
    PACKET_BYTES = 2048,
    /* For bursts of replies while another program has the CPU. The system's limit (net.core.rmem_max) may be
     * lower. */
    RECEIVE_BUFFER = 4 << 20,
    LATEST_NS = 20000, /* the precision with which clocks are paired */
};

struct packet_source {
    struct source base;
    int fd;                    /* owned by the caller */
    _Atomic uint64_t *dropped; /* in memory of its own, because losses() gets a constant source */
    struct mmsghdr messages[SOURCE_BATCH];
    struct iovec vectors[SOURCE_BATCH];
    _Alignas(struct cmsghdr) uint8_t control[SOURCE_BATCH][CMSG_SPACE(sizeof(struct timespec))];
    uint8_t packets[SOURCE_BATCH][PACKET_BYTES];
};

/*
 * Packets from their IPv4 header on, without our own, which old kernels pass to a group: ICMP except
 * requests; TCP to our ports that is a RST or a SYN-ACK. Fragments other than the first have no such headers.
 */
static const struct sock_filter filter_ipv4[] = {
    /*  0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
    /*  1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 15, 0),
    /*  2 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
    /*  3 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 13, 0),
    /*  4 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X: length of the header */
    /*  5 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
    /*  6 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_ICMP, 0, 2),
    /*  7 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
    /*  8 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_ECHO_REQUEST, 8, 7),
    /*  9 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_TCP, 0, 7),
    /* 10 */ BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
    /* 11 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, LAYOUT_PORTS, 0, 5),
    /* 12 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
    /* 13 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_RST, 2, 0),
    /* 14 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TCP_SYN_ACK),
    /* 15 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCP_SYN_ACK, 0, 1),
    /* 16 */ BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    /* 17 */ BPF_STMT(BPF_RET | BPF_K, 0),
};

/*
 * Likewise for IPv6. Extension headers are rare and are not parsed here: packets with them are all accepted,
 * except later fragments.
 */
static const struct sock_filter filter_ipv6[] = {
    /*  0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
    /*  1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 19, 0),
    /*  2 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV6_NEXT_HEADER),
    /*  3 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_ICMPV6, 5, 0),
    /*  4 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_TCP, 7, 0),
    /*  5 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, EXTENSION_FRAGMENT, 12, 0),
    /*  6 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, EXTENSION_HOP_BY_HOP, 13, 0),
    /*  7 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, EXTENSION_ROUTING, 12, 0),
    /*  8 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, EXTENSION_DESTINATION, 11, 12),
    /*  9 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV6_HEADER + ICMP_TYPE),
    /* 10 */ BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ICMP6_ECHO_REQUEST, 0, 9), /* errors are below */
    /* 11 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_ECHO_REPLY, 8, 9),
    /* 12 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IPV6_HEADER + PORT_DESTINATION),
    /* 13 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, LAYOUT_PORTS, 0, 7),
    /* 14 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV6_HEADER + TCP_FLAGS),
    /* 15 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_RST, 4, 0),
    /* 16 */ BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TCP_SYN_ACK),
    /* 17 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCP_SYN_ACK, 2, 3),
    /* 18 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IPV6_HEADER + IPV6_FRAGMENT_PLACE),
    /* 19 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, IPV6_FRAGMENT_OFFSET, 1, 0),
    /* 20 */ BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    /* 21 */ BPF_STMT(BPF_RET | BPF_K, 0),
};

struct family_filter {
    uint16_t ethertype, length;
    const struct sock_filter *code;
};

static struct family_filter filter_of(enum address_family family)
{
    if (family == FAMILY_IPV4)
        return (struct family_filter){ETHERTYPE_IPV4, sizeof(filter_ipv4) / sizeof(filter_ipv4[0]),
                                      filter_ipv4};
    return (struct family_filter){ETHERTYPE_IPV6, sizeof(filter_ipv6) / sizeof(filter_ipv6[0]), filter_ipv6};
}

static int set_up(int fd, enum address_family family, unsigned interface_index)
{
    const struct family_filter filter = filter_of(family);
    struct sock_filter code[FILTER_MAX];
    const struct sock_fprog program = {filter.length, code};
    const struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(filter.ethertype),
        .sll_ifindex = (int)interface_index,
    };
    int on = 1;

    memcpy(code, filter.code, filter.length * sizeof(code[0]));
    /* The filter is attached before the socket is bound, so that nothing else ever reaches it. */
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
        setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
        return -errno;
    return bind(fd, (const struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

static void point_messages(struct packet_source *self)
{
    for (size_t i = 0; i < SOURCE_BATCH; i++) {
        struct msghdr *message = &self->messages[i].msg_hdr;

        self->vectors[i] = (struct iovec){self->packets[i], PACKET_BYTES};
        *message = (struct msghdr){
            .msg_iov = &self->vectors[i],
            .msg_iovlen = 1,
            .msg_control = self->control[i],
            .msg_controllen = sizeof(self->control[i]),
        };
    }
}

/* The kernel's stamp is of the real-time clock, which may be set at any time: so the clocks are paired anew
 * for each batch. A stamp in the future was taken before the clock was set back, and is ignored. */
static uint64_t arrival(struct msghdr *message, const struct clock_pairing *pairing)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        struct timespec stamp;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
            continue;
        memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
        uint64_t ns =
            clock_to_monotonic_ns(pairing, (uint64_t)stamp.tv_sec * NS_PER_S + (uint64_t)stamp.tv_nsec);
        return ns > pairing->monotonic_ns + LATEST_NS ? 0 : ns;
    }
    return 0;
}

static size_t packet_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct packet_source *self = (struct packet_source *)source;

    point_messages(self);
    int count = recvmmsg(self->fd, self->messages, SOURCE_BATCH, MSG_DONTWAIT, NULL);
    const struct clock_pairing pairing = clock_pair();

    for (int i = 0; i < count; i++)
        out[i] = (struct received_frame){
            .data = self->packets[i],
            .length = self->messages[i].msg_len,
            .received_ns = arrival(&self->messages[i].msg_hdr, &pairing),
        };
    return count > 0 ? (size_t)count : 0;
}

/* Nothing to do: the packets are our own copies. */
static void packet_release(struct source *source, size_t count)
{
    (void)source;
    (void)count;
}

/* Reading these counters resets them in the kernel. */
static int packet_losses(const struct source *source, struct source_losses *out)
{
    const struct packet_source *self = (const struct packet_source *)source;
    struct tpacket_stats statistics;
    socklen_t length = sizeof(statistics);

    if (getsockopt(self->fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &length))
        return -errno;
    *out = (struct source_losses){
        .ring_full = atomic_fetch_add(self->dropped, statistics.tp_drops) + statistics.tp_drops,
    };
    return 0;
}

static void packet_close(struct source *source)
{
    struct packet_source *self = (struct packet_source *)source;

    free(self->dropped);
    free(self);
}

static const struct source_ops packet_ops = {
    .receive = packet_receive,
    .release = packet_release,
    .losses = packet_losses,
    .close = packet_close,
};

/* A packet socket without a protocol receives nothing. Its buffer may exceed the system's limit if the user
 * has CAP_NET_ADMIN. */
int packet_source_socket(void)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int buffer = RECEIVE_BUFFER;

    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    return fd;
}

int packet_source_open(struct source **out, int fd, enum address_family family, unsigned interface_index)
{
    struct packet_source *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &packet_ops;
    self->fd = fd;
    int error = set_up(fd, family, interface_index);
    self->dropped = calloc(1, sizeof(*self->dropped));
    if (!error && !self->dropped)
        error = -ENOMEM;
    if (error) {
        packet_close(&self->base);
        return error;
    }
    *out = &self->base;
    return 0;
}

/* A group of one socket, because the kernel reassembles only for groups. */
void packet_source_reassemble(struct source *source)
{
    const int flags =
        PACKET_FANOUT_FLAG_DEFRAG | PACKET_FANOUT_FLAG_UNIQUEID | PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
    const uint32_t group = (uint32_t)(PACKET_FANOUT_HASH | flags) << 16;

    (void)setsockopt(packet_source_fd(source), SOL_PACKET, PACKET_FANOUT, &group, sizeof(group));
}

int packet_source_fd(const struct source *source)
{
    return ((const struct packet_source *)source)->fd;
}
