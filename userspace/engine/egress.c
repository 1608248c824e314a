// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/egress.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "host/route.h"
#include "packet/frame.h"

enum {
    NEIGHBOUR_TIMEOUT_MS = 3000, /* the kernel asks three times, a second apart (RFC 1122, 2.3.2.1) */
    ON_LINK_TRIES = 4,           /* on-link targets asked for their Ethernet address */
    ON_LINK_TIMEOUT_MS = 1500,   /* twice: the first request, or its answer, may be lost */
};

static int fail(struct egress_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(struct egress_error *error, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    return code;
}

static int check_link(const struct link_info *link, struct egress_error *error)
{
    if (link->loopback)
        return fail(error, -EINVAL, "interface %s is a loopback: a survey needs an Ethernet device",
                    link->name);
    if (link->hardware_type != ARPHRD_ETHER)
        return fail(error, -EINVAL,
                    "interface %s has no Ethernet headers (type %u): a survey needs an Ethernet device",
                    link->name, link->hardware_type);
    if (!link->up)
        return fail(error, -ENETDOWN, "interface %s is down (bring it up: ip link set %s up)", link->name,
                    link->name);
    if (link->mtu < UDP_PROBE_MAX_LENGTH)
        return fail(error, -EINVAL, "interface %s has an MTU of %u: probes need %d", link->name, link->mtu,
                    UDP_PROBE_MAX_LENGTH);
    return 0;
}

int egress_link(const char *option, const char *name, struct link_info *out, struct egress_error *error)
{
    int result = link_by_name(name, out);

    if (result == -ENODEV)
        return fail(error, result, "%s: there is no interface '%s' (ip link lists them)", option, name);
    if (result)
        return fail(error, result, "%s: cannot read about '%s': %s", option, name, strerror(-result));
    return check_link(out, error);
}

static int find_route(struct egress *out, const struct egress_options *options, uint32_t target,
                      struct route *route, struct egress_error *error)
{
    char text[IPV4_TEXT_SIZE];
    const struct route_query query = {.destination = target,
                                      .interface_index = options->interface ? out->link.index : 0};
    int result = route_get(&query, route);

    ipv4_format(target, text);
    if (result)
        return fail(error, result, "there is no route to %s%s%s: %s", text,
                    options->interface ? " through " : "", options->interface ? options->interface : "",
                    strerror(-result));
    out->gateway = route->gateway;
    if (options->interface)
        return 0;
    result = link_by_index(route->interface_index, &out->link);
    if (result)
        return fail(error, result, "cannot read about the interface towards %s: %s", text, strerror(-result));
    return check_link(&out->link, error);
}

static int find_source(struct egress *out, const struct egress_options *options, const struct route *route,
                       struct egress_error *error)
{
    out->source = options->source_ip.given ? options->source_ip.address : route->source;
    if (!out->source)
        interface_address(out->link.index, &out->source);
    if (!out->source)
        return fail(error, -EADDRNOTAVAIL, "interface %s has no IPv4 address: give one with --source-ip",
                    out->link.name);
    return 0;
}

static int resolve_gateway(struct egress *out, struct egress_error *error)
{
    char text[IPV4_TEXT_SIZE];
    int result = neighbour_resolve(out->link.index, out->gateway, NEIGHBOUR_TIMEOUT_MS, out->next_hop_mac);

    if (!result)
        return 0;
    ipv4_format(out->gateway, text);
    return fail(error, result,
                "the gateway %s on %s does not answer ARP (%s): give its address with --gateway-mac", text,
                out->link.name, strerror(-result));
}

static int resolve_on_link(struct egress *out, const struct targets *targets, struct egress_error *error)
{
    uint64_t tries = targets_count(targets) < ON_LINK_TRIES ? targets_count(targets) : ON_LINK_TRIES;
    bool found = false;

    for (uint64_t i = 0; i < tries; i++) {
        uint8_t mac[6];

        if (neighbour_resolve(out->link.index, targets_address(targets, i), ON_LINK_TIMEOUT_MS, mac))
            continue;
        if (found && memcmp(mac, out->next_hop_mac, sizeof(mac)) != 0)
            return fail(error, -EINVAL,
                        "the targets are on the link of %s, each with an Ethernet address of its own: survey "
                        "one at a "
                        "time, or give --gateway-mac",
                        out->link.name);
        memcpy(out->next_hop_mac, mac, sizeof(mac));
        found = true;
    }
    if (!found)
        return fail(error, -EHOSTUNREACH, "no target on the link of %s answers ARP: give --gateway-mac",
                    out->link.name);
    return 0;
}

static void look_up_next_hop(struct egress *out, const struct targets *targets)
{
    uint32_t next_hop = out->gateway ? out->gateway : targets_address(targets, 0);

    neighbour_resolve(out->link.index, next_hop, 0, out->next_hop_mac);
}

/* On a VLAN that the kernel has no device for, it knows neither route nor neighbours. */
static int find_on_vlan(struct egress *out, const struct egress_options *options, struct egress_error *error)
{
    if (!options->interface || !options->gateway_mac.given)
        return fail(
            error, -EINVAL,
            "--vlan needs --interface and --gateway-mac: the kernel knows no neighbours on a tag alone");
    memcpy(out->next_hop_mac, options->gateway_mac.bytes, 6);
    return find_source(out, options, &(struct route){0}, error);
}

static int find_next_hop(struct egress *out, const struct egress_options *options,
                         const struct targets *targets, struct egress_error *error)
{
    struct route route = {0};
    bool by_hand = options->interface && options->gateway_mac.given && options->source_ip.given;
    int result = by_hand ? 0 : find_route(out, options, targets_address(targets, 0), &route, error);

    if (!result)
        result = find_source(out, options, &route, error);
    if (result)
        return result;
    if (options->gateway_mac.given) {
        memcpy(out->next_hop_mac, options->gateway_mac.bytes, 6);
        return 0;
    }
    if (options->passive) {
        look_up_next_hop(out, targets);
        return 0;
    }
    return out->gateway ? resolve_gateway(out, error) : resolve_on_link(out, targets, error);
}

int egress_find(struct egress *out, const struct egress_options *options, const struct targets *targets,
                struct egress_error *error)
{
    *out = (struct egress){.vlan = (uint16_t)options->vlan};
    if (options->interface) {
        int result = egress_link("--interface", options->interface, &out->link, error);

        if (result)
            return result;
    }
    if (options->vlan != FRAME_NO_VLAN)
        return find_on_vlan(out, options, error);
    return find_next_hop(out, options, targets, error);
}
