// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/socket_address.h"

struct socket_address socket_address_of(struct address address, uint16_t port)
{
    struct socket_address out = {.length = sizeof(out.ipv6)};

    if (address_is_ipv4(address)) {
        out.ipv4 = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address_ipv4(address))};
        out.length = sizeof(out.ipv4);
        return out;
    }
    out.ipv6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
    address_store(out.ipv6.sin6_addr.s6_addr, address);
    return out;
}

struct address socket_address_read(const struct sockaddr *from)
{
    const struct sockaddr_in6 *ipv6 = (const void *)from;
    const struct sockaddr_in *ipv4 = (const void *)from;

    return from->sa_family == AF_INET6 ? address_load(ipv6->sin6_addr.s6_addr)
                                       : address_of_ipv4(ntohl(ipv4->sin_addr.s_addr));
}
