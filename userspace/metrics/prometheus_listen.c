// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address_text.h"

enum {
    BACKLOG = 16,
};

static bool parse_port(const char *text, uint16_t *port)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *port = (uint16_t)value;
    return *text >= '0' && *text <= '9' && !*end && value <= UINT16_MAX;
}

/* IPv6 addresses are in brackets, as in URLs (RFC 3986, section 3.2.2). */
static bool parse_host(const char *text, size_t length, struct address *address)
{
    bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
    char host[ADDRESS_TEXT_SIZE];

    if (brackets) {
        text++;
        length -= 2;
    }
    if (length >= sizeof(host))
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    return address_parse(host, address) && (strchr(host, ':') != NULL) == brackets;
}

bool prometheus_listen_parse(const char *text, struct socket_address *out)
{
    const char *colon = strrchr(text, ':');
    struct address to = address_of_ipv4(INADDR_LOOPBACK);
    uint16_t port;

    if (colon && !parse_host(text, (size_t)(colon - text), &to))
        return false;
    if (!parse_port(colon ? colon + 1 : text, &port))
        return false;
    *out = socket_address_of(to, port);
    return true;
}

int prometheus_listen_open(const struct socket_address *address)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1, error;

    if (fd < 0)
        return -errno;
    /* So a restart need not wait until the kernel forgets the connections of the previous run. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(fd, &address->any, address->length) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    error = -errno;
    close(fd);
    return error;
}

uint16_t prometheus_listen_port(int fd)
{
    struct socket_address bound = {.length = sizeof(bound.ipv6)};

    if (getsockname(fd, &bound.any, &bound.length))
        return 0;
    return ntohs(bound.any.sa_family == AF_INET6 ? bound.ipv6.sin6_port : bound.ipv4.sin_port);
}
