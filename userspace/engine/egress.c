// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/egress.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "host/neighbour.h"
#include "host/own_address.h"
#include "packet/frame.h"

enum {
    NEIGHBOUR_TIMEOUT_MS = 3000, /* the kernel asks three times, a second apart (RFC 1122, 2.3.2.1) */
};

static int check_link(const struct link_info *link, struct error_text *error)
{
    if (link->loopback)
        return error_text_set(error, -EINVAL, "interface %s is a loopback: a survey needs an Ethernet device",
                              link->name);
    if (link->hardware_type != ARPHRD_ETHER)
        return error_text_set(
            error, -EINVAL,
            "interface %s has no Ethernet headers (type %u): a survey needs an Ethernet device", link->name,
            link->hardware_type);
    if (!link->up)
        return error_text_set(error, -ENETDOWN, "interface %s is down (bring it up: ip link set %s up)",
                              link->name, link->name);
    return 0;
}

static int check_mtu(const struct link_info *link, const struct egress_options *options,
                     enum address_family family, struct error_text *error)
{
    const struct layout *layout = layout_of_family(&options->layouts, family)->layout;

    if (!layout || link->mtu >= layout->longest)
        return 0;
    return error_text_set(error, -EINVAL, "interface %s has an MTU of %u: probes over IPv%d need %u",
                          link->name, link->mtu, family, layout->longest);
}

int egress_link(const char *option, const char *name, struct link_info *out, struct error_text *error)
{
    int result = link_by_name(name, out);

    if (result == -ENODEV)
        return error_text_set(error, result, "%s: there is no interface '%s' (ip link lists them)", option,
                              name);
    if (result)
        return error_text_set(error, result, "%s: cannot read the properties of '%s': %s", option, name,
                              strerror(-result));
    return check_link(out, error);
}

static int find_source(struct egress *out, const struct egress_options *options, const struct route *route,
                       enum address_family family, struct error_text *error)
{
    out->source = address_pair_of(&options->sources, family);
    if (address_is_none(out->source))
        out->source = route->source;
    if (address_is_none(out->source))
        interface_address(out->link.index, family, &out->source);
    if (address_is_none(out->source))
        return error_text_set(error, -EADDRNOTAVAIL,
                              "interface %s has no IPv%d address: give one with --source-ip", out->link.name,
                              family);
    return 0;
}

int egress_begin(struct egress *out, const struct egress_options *options, const struct route *route,
                 struct address target_address, struct error_text *error)
{
    enum address_family family = address_family(target_address);
    char text[ADDRESS_TEXT_SIZE];
    int result;

    *out = (struct egress){.vlan = (uint16_t)options->vlan, .gateway = route->gateway};
    result = link_by_index(route->interface_index, &out->link);
    address_format(target_address, text);
    if (result)
        return error_text_set(error, result, "cannot read the properties of the interface towards %s: %s",
                              text, strerror(-result));
    result = check_link(&out->link, error);
    if (!result)
        result = check_mtu(&out->link, options, family, error);
    return result ? result : find_source(out, options, route, family, error);
}

static int resolve_gateway(struct egress *egress, struct error_text *error)
{
    char text[ADDRESS_TEXT_SIZE];
    int result =
        neighbour_resolve(egress->link.index, egress->gateway, NEIGHBOUR_TIMEOUT_MS, egress->next_hop_mac);

    if (!result)
        return 0;
    address_format(egress->gateway, text);
    return error_text_set(error, result,
                          "the gateway %s on %s does not answer %s (%s): give its address with --gateway-mac",
                          text, egress->link.name, neighbour_protocol(egress->gateway), strerror(-result));
}

static int resolve_on_link(struct egress *egress, const struct address *targets, unsigned count,
                           unsigned timeout_ms, struct error_text *error)
{
    bool found = false;

    for (unsigned i = 0; i < count; i++) {
        uint8_t mac[6];

        if (neighbour_resolve(egress->link.index, targets[i], timeout_ms, mac))
            continue;
        if (found && memcmp(mac, egress->next_hop_mac, sizeof(mac)) != 0)
            return error_text_set(
                error, -EINVAL,
                "the targets are on the link of %s, each with an Ethernet address of its own: "
                "survey a few at a time, or give --gateway-mac",
                egress->link.name);
        memcpy(egress->next_hop_mac, mac, sizeof(mac));
        found = true;
    }
    if (!found)
        return error_text_set(error, -EHOSTUNREACH,
                              "no target on the link of %s answers %s: give --gateway-mac", egress->link.name,
                              neighbour_protocol(targets[0]));
    return 0;
}

int egress_resolve(struct egress *egress, const struct egress_options *options, const struct address *targets,
                   unsigned count, unsigned timeout_ms, struct error_text *error)
{
    bool on_link = address_is_none(egress->gateway);

    if (options->gateway_mac.given) {
        memcpy(egress->next_hop_mac, options->gateway_mac.bytes, sizeof(egress->next_hop_mac));
        return 0;
    }
    if (options->passive) {
        neighbour_resolve(egress->link.index, on_link ? targets[0] : egress->gateway, 0,
                          egress->next_hop_mac);
        return 0;
    }
    return on_link ? resolve_on_link(egress, targets, count, timeout_ms, error)
                   : resolve_gateway(egress, error);
}
