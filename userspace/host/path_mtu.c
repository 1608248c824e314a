// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/path_mtu.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket_address.h"
#include "mix.h"
#include "protocol.h"

enum {
    DISCARD_PORT = 9, /* nothing is sent there (RFC 863) */
    LEAST_IPV4 = 552,
};

struct path_told {
    struct address destination;
    uint32_t mtu;
};

static int set_up(int fd, const char *interface)
{
    int on = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)))
        return -errno;
    if (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1))
        return -errno;
    return 0;
}

static int open_socket(int family, const char *interface, int *fd)
{
    *fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
    return *fd < 0 ? -errno : set_up(*fd, interface);
}

/* A host without IPv6 has no IPv6 paths. */
int path_mtu_open(struct path_mtu *self, const char *interface)
{
    *self = (struct path_mtu){.ipv4 = -1, .ipv6 = -1};
    int error = open_socket(AF_INET, interface, &self->ipv4);
    if (!error)
        error = open_socket(AF_INET6, interface, &self->ipv6);
    if (error == -EAFNOSUPPORT)
        error = 0;
    if (error)
        path_mtu_close(self);
    return error;
}

void path_mtu_close(struct path_mtu *self)
{
    if (self->ipv4 >= 0)
        close(self->ipv4);
    if (self->ipv6 >= 0)
        close(self->ipv6);
    free(self->told);
    *self = (struct path_mtu){.ipv4 = -1, .ipv6 = -1};
}

static struct path_told *place_of(const struct path_mtu *self, struct address destination)
{
    return &self->told[address_hash(destination, 0) % PATH_MTU_PATHS];
}

/* Each connect(2) looks up the route again. */
static int ask(const struct path_mtu *self, struct address destination, unsigned scope)
{
    bool ipv4 = address_is_ipv4(destination);
    int fd = ipv4 ? self->ipv4 : self->ipv6, mtu;
    struct socket_address to = socket_address_of(destination, DISCARD_PORT);
    socklen_t size = sizeof(mtu);

    if (!ipv4)
        to.ipv6.sin6_scope_id = scope;
    if (connect(fd, &to.any, to.length) ||
        getsockopt(fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_MTU : IPV6_MTU, &mtu, &size))
        return -errno;
    return mtu;
}

/* Returns 0 if nothing was reported. */
static uint32_t told_mtu(const struct path_mtu *self, struct address destination)
{
    const struct path_told *told = self->told ? place_of(self, destination) : NULL;

    return told && address_equal(told->destination, destination) ? told->mtu : 0;
}

bool path_mtu_is_told(const struct path_mtu *self, struct address destination)
{
    return told_mtu(self, destination) != 0;
}

int path_mtu_get(const struct path_mtu *self, struct address destination, unsigned scope)
{
    int mtu = ask(self, destination, scope);
    int told = (int)told_mtu(self, destination);

    return told && told < mtu ? told : mtu;
}

unsigned path_mtu_least(enum address_family family)
{
    return family == FAMILY_IPV4 ? LEAST_IPV4 : IPV6_MIN_MTU;
}

void path_mtu_learn(struct path_mtu *self, struct address destination, unsigned mtu)
{
    unsigned least = path_mtu_least(address_family(destination));

    if (!self->told)
        self->told = calloc(PATH_MTU_PATHS, sizeof(*self->told));
    if (self->told)
        *place_of(self, destination) = (struct path_told){destination, mtu > least ? mtu : least};
}
