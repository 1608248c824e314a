// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/host_find.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#include "base/socket_address.h"
#include "host/own_address.h"
#include "host/route.h"
#include "layout.h"

static int look_up(const char *name, int family, struct addrinfo **found)
{
    const struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_RAW};

    return getaddrinfo(name, NULL, &hints, found);
}

static int wanted_family(const struct hosts_config *config)
{
    return config->ipv4 ? AF_INET : config->ipv6 ? AF_INET6 : AF_UNSPEC;
}

/* Explains why there is no address: the name has the other family only, the interface does not exist, or the
 * name does not resolve. */
static int refuse_name(const char *name, int family, int code, struct error_text *error)
{
    struct addrinfo *found = NULL;
    const char *scope = strrchr(name, '%');

    if (scope && !if_nametoindex(scope + 1))
        return error_text_set(error, -ENOENT, "%s: there is no interface '%s' (ip link lists them)", name,
                              scope + 1);
    if (family == AF_UNSPEC || look_up(name, AF_UNSPEC, &found))
        return error_text_set(error, -ENOENT, "%s is neither an address nor a name that resolves: %s", name,
                              gai_strerror(code));
    freeaddrinfo(found);
    return error_text_set(error, -EAFNOSUPPORT, "%s has %s addresses only, and -%c was given", name,
                          family == AF_INET ? "IPv6" : "IPv4", family == AF_INET ? '4' : '6');
}

static bool by_another_way(const struct hosts_config *config, const struct route_query *query,
                           const struct route *route)
{
    struct route_query with_ports = *query;
    struct route other;

    if (!config->port)
        return false;
    with_ports.source_port = LAYOUT_PORTS;
    with_ports.destination_port = config->port;
    return !route_get(&with_ports, &other) &&
           (other.interface_index != route->interface_index || !address_equal(other.gateway, route->gateway));
}

static bool is_multicast6(struct address address)
{
    return address_under(address, (struct address){0xff00000000000000, 0}, 8); /* RFC 4291, section 2.7 */
}

/* Whether an address is valid on one link only: link-local unicast (RFC 4291, section 2.5.6), and multicast
 * of interface or link scope (section 2.7). */
static bool is_of_a_link(struct address address)
{
    unsigned multicast_scope = address.high >> 48 & 0xf;

    return address_under(address, (struct address){0xfe80000000000000, 0}, 10) ||
           (is_multicast6(address) && multicast_scope <= 2);
}

/* Sets `index` to the interface that must be used (0: any), and `scope` to that on whose link the host is. */
static int choose_interface(const struct hosts_config *config, const struct host *host, unsigned *scope,
                            unsigned *index, struct error_text *error)
{
    *index = config->interface ? if_nametoindex(config->interface) : 0;
    if (config->interface && !*index)
        return error_text_set(error, -ENODEV, "there is no interface '%s' (ip link lists them)",
                              config->interface);
    if (*scope && *index && *scope != *index)
        return error_text_set(error, -EINVAL, "%s is not on the link of %s", host->name, config->interface);
    if (!is_of_a_link(host->address)) {
        *scope = 0;
        return 0;
    }
    if (!*scope)
        *scope = *index;
    if (!*scope)
        return error_text_set(error, -EINVAL, "%s is on many links: give one, as in %s%%IF", host->name,
                              host->name);
    *index = *scope;
    return 0;
}

static int check_layout(const struct hosts_config *config, const struct host *host, struct error_text *error)
{
    enum address_family family = address_family(host->address);
    const struct layout *layout = config->layouts ? layout_of_family(config->layouts, family)->layout : NULL;

    if (!config->layouts || (layout && layout->tracked))
        return 0;
    return error_text_set(error, -EPROTONOSUPPORT,
                          "%s is an address of IPv%d, for which there are no such probes", host->name,
                          family);
}

static int check_many(const struct hosts_config *config, struct host *host, const struct route *route,
                      struct error_text *error)
{
    host->is_broadcast = route->type == RTN_BROADCAST;
    host->is_many = host->is_broadcast || route->type == RTN_MULTICAST || is_multicast6(host->address);
    if (config->one_by_one && host->is_many)
        return error_text_set(
            error, -EPERM,
            "%s is the address of many hosts: only root, or a process with CAP_NET_ADMIN, may probe it",
            host->name);
    if (host->is_broadcast && !config->broadcast)
        return error_text_set(error, -EACCES, "%s is a broadcast address%s", host->name,
                              config->broadcast_hint ? config->broadcast_hint : "");
    return 0;
}

static int choose_source(const struct hosts_config *config, struct host *host, const struct route *route,
                         struct error_text *error)
{
    enum address_family family = address_family(host->address);

    host->interface_index = route->interface_index;
    host->source = address_pair_of(&config->sources, family);
    if (address_is_none(host->source))
        host->source = route->source;
    if (address_is_none(host->source))
        interface_address(host->interface_index, family, &host->source);
    if (address_is_none(host->source))
        return error_text_set(error, -EADDRNOTAVAIL,
                              "there is no source address for probes to %s: give one with -s", host->name);
    return 0;
}

/* Asks for the route that the kernel uses for raw sockets (send/tx_raw.h), so without ports. The kernel
 * rejects a source that is not an address of its own. */
static int find_route(struct host *host, const struct hosts_config *config, unsigned *scope, bool *elsewhere,
                      struct error_text *error)
{
    struct address source = address_pair_of(&config->sources, address_family(host->address));
    struct route_query query = {.destination = host->address, .protocol = config->protocol};
    struct route route = {0};
    int result = check_layout(config, host, error);

    if (!result)
        result = choose_interface(config, host, scope, &query.interface_index, error);
    if (result)
        return result;
    if (!address_is_none(source) && address_is_own(source))
        query.source = source;
    result = route_get(&query, &route);
    if (result)
        return error_text_set(error, -ENETUNREACH, "there is no route to %s: %s", host->name,
                              route_error_text(result));
    result = check_many(config, host, &route, error);
    if (result)
        return result;
    *elsewhere = by_another_way(config, &query, &route);
    return choose_source(config, host, &route, error);
}

/* The unspecified address means this host, as in connect(2) and other programs. No host answers from it. */
static struct address meant_by(struct address address)
{
    static const struct address loopback6 = {0, 1};

    if (address_is_none(address))
        return loopback6;
    return address_equal(address, address_of_ipv4(INADDR_ANY)) ? address_of_ipv4(INADDR_LOOPBACK) : address;
}

/* Chooses the first address with a route. */
static int choose_address(struct host *host, const struct hosts_config *config, const struct addrinfo *found,
                          unsigned *scope, bool *elsewhere, struct error_text *error)
{
    struct error_text other;
    int first = 0;

    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        const struct sockaddr_in6 *ipv6 = (const void *)at->ai_addr;

        *scope = at->ai_family == AF_INET6 ? ipv6->sin6_scope_id : 0;
        host->address = meant_by(socket_address_read(at->ai_addr));
        int result = find_route(host, config, scope, elsewhere, first ? &other : error);
        if (!result)
            return 0;
        if (!first)
            first = result;
    }
    return first;
}

int host_find(struct host *host, const struct hosts_config *config, unsigned *scope, bool *elsewhere,
              struct error_text *error)
{
    struct addrinfo *found = NULL;
    int family = wanted_family(config), code = look_up(host->name, family, &found);

    if (code)
        return refuse_name(host->name, family, code, error);
    int result = choose_address(host, config, found, scope, elsewhere, error);
    freeaddrinfo(found);
    return result;
}
