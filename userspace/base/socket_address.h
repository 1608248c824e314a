// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses in the form of the socket calls (ip(7), ipv6(7)). */
#pragma once

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"

struct socket_address {
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6; /* the caller sets sin6_scope_id for link-local addresses */
    };
    socklen_t length;
};

struct socket_address socket_address_of(struct address address, uint16_t port);

/* socket_address_read() returns the address in a socket address of family AF_INET or AF_INET6. */
struct address socket_address_read(const struct sockaddr *from);
