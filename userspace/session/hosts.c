// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/hosts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/growing.h"
#include "base/list_file.h"
#include "host/own_address.h"
#include "host/route.h"
#include "layout.h"
#include "output/json_value.h"
#include "target/network.h"

enum {
    HOST_NAME_LONGEST = 253, /* RFC 1035, section 2.3.4, as text */
};

static bool has_ipv6(const char *name)
{
    const struct addrinfo hints = {.ai_family = AF_INET6, .ai_socktype = SOCK_RAW};
    struct addrinfo *found = NULL;

    if (getaddrinfo(name, NULL, &hints, &found))
        return false;
    freeaddrinfo(found);
    return true;
}

static int resolve(const char *name, struct address *address, struct error_text *error)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_RAW};
    struct addrinfo *found = NULL;
    int result = getaddrinfo(name, NULL, &hints, &found);

    if (result == 0) {
        const struct sockaddr_in *first = (const void *)found->ai_addr;

        *address = address_of_ipv4(ntohl(first->sin_addr.s_addr));
        freeaddrinfo(found);
        return 0;
    }
    if (has_ipv6(name))
        return error_text_set(error, -EAFNOSUPPORT,
                              "%s has IPv6 addresses only, and hopwire probes IPv4 so far", name);
    return error_text_set(error, -ENOENT, "%s is neither an address nor a name that resolves: %s", name,
                          gai_strerror(result));
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

/* As the kernel routes what a raw socket sends (send/tx_raw.h): without ports. It knows no rule for a source
 * that is not its own. */
static int find_route(struct hosts *hosts, const struct hosts_config *config, struct host *host,
                      struct error_text *error)
{
    unsigned index = config->interface ? if_nametoindex(config->interface) : 0;
    enum address_family family = address_family(host->address);
    struct address source = address_pair_of(&config->sources, family);
    bool is_own = !address_is_none(source) && address_is_own(source);
    const struct route_query query = {
        .destination = host->address,
        .source = is_own ? source : ADDRESS_NONE,
        .interface_index = index,
        .protocol = config->protocol,
    };
    struct route route = {0};

    if (config->interface && !index)
        return error_text_set(error, -ENODEV, "there is no interface '%s' (ip link lists them)",
                              config->interface);
    int result = route_get(&query, &route);
    if (result)
        return error_text_set(error, -ENETUNREACH, "there is no route to %s: %s", host->name,
                              strerror(-result));
    if (config->one_by_one && (route.type == RTN_BROADCAST || route.type == RTN_MULTICAST))
        return error_text_set(
            error, -EPERM,
            "%s is the address of many hosts: only root, or who else has CAP_NET_ADMIN, may probe it",
            host->name);
    host->is_broadcast = route.type == RTN_BROADCAST;
    host->is_many = host->is_broadcast || route.type == RTN_MULTICAST;
    if (host->is_broadcast && !config->broadcast)
        return error_text_set(error, -EACCES, "%s is a broadcast address%s", host->name,
                              config->broadcast_hint ? config->broadcast_hint : "");
    hosts->elsewhere += by_another_way(config, &query, &route);
    host->interface_index = route.interface_index;
    host->source = address_is_none(source) ? route.source : source;
    if (address_is_none(host->source))
        interface_address(host->interface_index, family, &host->source);
    if (address_is_none(host->source))
        return error_text_set(error, -EADDRNOTAVAIL, "no source address leads to %s: give one with -s",
                              host->name);
    return 0;
}

static int find_lane(struct hosts *hosts, struct host *host, struct error_text *error)
{
    unsigned lane = 0;

    while (lane < hosts->source_count && !address_equal(hosts->sources[lane], host->source))
        lane++;
    if (lane == sizeof(hosts->sources) / sizeof(hosts->sources[0]))
        return error_text_set(error, -E2BIG,
                              "the hosts are reached from more than %u source addresses: give one with -s",
                              lane);
    if (lane == hosts->source_count)
        hosts->sources[hosts->source_count++] = host->source;
    host->lane = (uint8_t)lane;
    return 0;
}

static struct host *append(struct hosts *hosts, const char *name)
{
    struct host *list = growing_room(hosts->list, hosts->count, &hosts->room, sizeof(*list));

    if (!list)
        return NULL;
    hosts->list = list;

    struct host *host = &list[hosts->count];
    *host = (struct host){.name = strdup(name)};
    if (!host->name)
        return NULL;
    hosts->count++;
    return host;
}

int hosts_add(struct hosts *hosts, const struct hosts_config *config, const char *name,
              struct error_text *error)
{
    struct host *host;

    if (config->ipv6)
        return error_text_set(error, -EAFNOSUPPORT, "-6: hopwire probes IPv4 so far");
    if (strlen(name) > HOST_NAME_LONGEST)
        return error_text_set(error, -ENOENT, "a name of %zu characters is none: there are at most %d",
                              strlen(name), HOST_NAME_LONGEST);
    host = append(hosts, name);
    if (!host)
        return error_text_set(error, -ENOMEM, "out of memory");
    int result = resolve(name, &host->address, error);
    if (!result)
        result = find_route(hosts, config, host, error);
    if (!result)
        result = find_lane(hosts, host, error);
    if (result)
        free(hosts->list[--hosts->count].name);
    return result;
}

static int note_unprobed(struct hosts *hosts, const char *name, const char *place,
                         const struct error_text *error)
{
    struct unprobed_host *list =
        growing_room(hosts->unprobed, hosts->unprobed_count, &hosts->unprobed_room, sizeof(*list));

    if (!list)
        return -ENOMEM;
    hosts->unprobed = list;

    struct unprobed_host *host = &list[hosts->unprobed_count];
    host->name = strdup(name);
    if (asprintf(&host->reason, "%s%s", place, error->text) < 0)
        host->reason = NULL;
    if (!host->name || !host->reason) {
        free(host->name);
        free(host->reason);
        return -ENOMEM;
    }
    hosts->unprobed_count++;
    return 0;
}

int hosts_take(struct hosts *hosts, const struct hosts_config *config, const char *name, const char *place,
               struct error_text *error)
{
    int result = hosts_add(hosts, config, name, error);

    if (!result || result == -ENOMEM || result == -ENODEV || config->ipv6)
        return result;
    return note_unprobed(hosts, name, place, error) ? error_text_set(error, -ENOMEM, "out of memory") : 0;
}

void hosts_tell_unprobed(const struct hosts *hosts, bool json, FILE *out)
{
    for (size_t i = 0; i < hosts->unprobed_count; i++) {
        const struct unprobed_host *host = &hosts->unprobed[i];

        if (json)
            json_print_line(json_pack("{s:n, s:o, s:b, s:o}", "target", "name", json_text(host->name),
                                      "probed", false, "error", json_text(host->reason)),
                            out);
        else if (hosts->is_list)
            fprintf(out, "%s was not probed\n", host->name);
    }
    fflush(out);
}

struct hosts_reader {
    struct hosts *hosts;
    const struct hosts_config *config;
    const char *path;
    struct error_text reason; /* why none can be probed, where that is so */
};

/* The first word is the host; what follows it may be anything. IPv6 is skipped, as in other lists. */
static int add_line(void *context, struct list_file *file)
{
    struct hosts_reader *reader = context;
    char place[ERROR_TEXT_SIZE];
    const char *word = list_file_word(file);
    struct network network;

    if (!word || list_file_is_heading(file, word))
        return 0;
    if (network_parse(word, &network) == 0 && !address_is_ipv4(network.first)) {
        list_note_add(&reader->hosts->ipv6, file->line);
        return 0;
    }
    snprintf(place, sizeof(place), "--targets: %s:%" PRIu64 ": ", reader->path, file->line);
    return hosts_take(reader->hosts, reader->config, word, place, &reader->reason);
}

int hosts_read_file(struct hosts *hosts, const struct hosts_config *config, const char *path,
                    struct error_text *error)
{
    struct hosts_reader reader = {.hosts = hosts, .config = config, .path = path};
    struct list_file file;
    int result = list_file_read(&file, path, add_line, &reader);

    if (!result)
        return 0;
    if (!file.error.text[0])
        return error_text_set(error, result, "%s:%" PRIu64 ": %s", path, file.line, reader.reason.text);
    return error_text_set(error, result, "%s", file.error.text);
}

void hosts_free(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        free(hosts->list[i].name);
    for (size_t i = 0; i < hosts->unprobed_count; i++) {
        free(hosts->unprobed[i].name);
        free(hosts->unprobed[i].reason);
    }
    free(hosts->list);
    free(hosts->unprobed);
    *hosts = (struct hosts){0};
}
