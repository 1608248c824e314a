// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses as the calls of sockets take and give them (ip(7), ipv6(7)). */
#pragma once

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"

struct socket_address {
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6; /* whose sin6_scope_id is the caller's to set, where a link is meant */
    };
    socklen_t length;
};

struct socket_address socket_address_of(struct address address, uint16_t port);

/* socket_address_read() is the address in one that a call gave, whose family is AF_INET or AF_INET6. */
struct address socket_address_read(const struct sockaddr *from);
