// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/prometheus_listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/address_text.h"

enum {
    BACKLOG = 16,
};

static bool parse_port(const char *text, in_port_t *port)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *port = htons((uint16_t)value);
    return *text >= '0' && *text <= '9' && !*end && value <= UINT16_MAX;
}

bool prometheus_listen_parse(const char *text, struct sockaddr_in *address)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    char host[INET_ADDRSTRLEN];
    struct address to = address_of_ipv4(INADDR_LOOPBACK);

    if (length >= sizeof(host))
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (colon && (!address_parse(host, &to) || !address_is_ipv4(to)))
        return false;
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(address_ipv4(to))};
    return parse_port(colon ? colon + 1 : text, &address->sin_port);
}

int prometheus_listen_open(const struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1, error;

    if (fd < 0)
        return -errno;
    /* A restart need not wait for the connections of the run before to be forgotten. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        bind(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    error = -errno;
    close(fd);
    return error;
}

uint16_t prometheus_listen_port(int fd)
{
    struct sockaddr_in bound = {0};
    socklen_t size = sizeof(bound);

    if (getsockname(fd, (struct sockaddr *)&bound, &size))
        return 0;
    return ntohs(bound.sin_port);
}
