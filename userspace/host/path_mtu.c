// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/path_mtu.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mix.h"

enum {
    DISCARD_PORT = 9, /* nothing is sent there (RFC 863) */
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

int path_mtu_open(struct path_mtu *self, const char *interface)
{
    *self = (struct path_mtu){.fd = -1};
    self->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
    if (self->fd < 0)
        return -errno;
    int error = set_up(self->fd, interface);
    if (error)
        path_mtu_close(self);
    return error;
}

void path_mtu_close(struct path_mtu *self)
{
    if (self->fd >= 0)
        close(self->fd);
    free(self->told);
    *self = (struct path_mtu){.fd = -1};
}

static struct path_told *place_of(const struct path_mtu *self, struct address destination)
{
    return &self->told[address_hash(destination, 0) % PATH_MTU_PATHS];
}

/* Each connect(2) asks for the route anew. */
int path_mtu_get(const struct path_mtu *self, struct address destination)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(DISCARD_PORT),
                                   .sin_addr.s_addr = htonl(address_ipv4(destination))};
    int mtu;
    socklen_t size = sizeof(mtu);

    if (connect(self->fd, (const struct sockaddr *)&to, sizeof(to)) ||
        getsockopt(self->fd, IPPROTO_IP, IP_MTU, &mtu, &size))
        return -errno;
    const struct path_told *told = self->told ? place_of(self, destination) : NULL;
    return told && address_equal(told->destination, destination) && told->mtu && (int)told->mtu < mtu
               ? (int)told->mtu
               : mtu;
}

void path_mtu_learn(struct path_mtu *self, struct address destination, unsigned mtu)
{
    if (!self->told)
        self->told = calloc(PATH_MTU_PATHS, sizeof(*self->told));
    if (self->told)
        *place_of(self, destination) =
            (struct path_told){destination, mtu > PATH_MTU_LEAST ? mtu : PATH_MTU_LEAST};
}
