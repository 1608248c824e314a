// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways to the Internet: route, source address and gateway of each family. */
#include <errno.h>
#include <string.h>

#include "base/address_text.h"
#include "check/check.h"
#include "host/neighbour.h"
#include "host/route.h"

enum {
    NEIGHBOUR_TIMEOUT_MS = 3000,
};

/* Addresses that are normally reached only by a default route. Nothing is sent there. */
static const struct family {
    const char *line, *command;
    struct address anywhere;
} families[] = {
    {"gateway of IPv4", "ip route", {0, ADDRESS_IPV4_PREFIX | 0x01010101}},
    {"gateway of IPv6", "ip -6 route", {0x2000000000000000, 1}},
};

enum {
    FAMILIES = sizeof(families) / sizeof(families[0]),
};

struct way_out {
    struct route route;
    uint8_t mac[6];
    int no_route, no_answer; /* negative errnos */
};

static void find(struct way_out *way, const struct family *family, const struct link_info *link)
{
    const struct route_query query = {.destination = family->anywhere, .interface_index = link->index};

    way->no_route = route_get(&query, &way->route);
    if (!way->no_route && address_is_none(way->route.gateway))
        way->no_route = -ENETUNREACH;
    if (!way->no_route)
        way->no_answer = neighbour_resolve(link->index, way->route.gateway, NEIGHBOUR_TIMEOUT_MS, way->mac);
}

static bool leads_on(const struct way_out *way)
{
    return !way->no_route && !way->no_answer;
}

static bool is_known_outside(struct address source)
{
    const struct address link_local = {0xfe80000000000000, 0}; /* RFC 4291, section 2.5.6 */

    return !address_is_none(source) && !address_under(source, link_local, 10);
}

static void tell_gateway(struct check_report *report, const struct family *family, const struct way_out *way,
                         const struct link_info *link)
{
    char gateway[ADDRESS_TEXT_SIZE], source[ADDRESS_TEXT_SIZE], mac[MAC_TEXT_SIZE];

    address_format(way->route.gateway, gateway);
    address_format(way->route.source, source);
    mac_format(way->mac, mac);
    if (is_known_outside(way->route.source)) {
        check_add(report, family->line, CHECK_OK, "%s at %s, probes from %s", gateway, mac, source);
        return;
    }
    check_add(report, family->line, CHECK_WARNING,
              "%s at %s, but %s has no address that is valid beyond the link", gateway, mac, link->name);
    check_fix(report, "ip address add ADDRESS dev %s", link->name);
}

/* Reports a gateway that does not answer. Surveys can use the other family if that has a gateway. */
static void tell_no_answer(struct check_report *report, const struct family *family,
                           const struct way_out *way, bool other_leads_on)
{
    char gateway[ADDRESS_TEXT_SIZE];

    address_format(way->route.gateway, gateway);
    check_add(report, family->line, other_leads_on ? CHECK_WARNING : CHECK_MISSING,
              "%s does not answer %s: %s", gateway, neighbour_protocol(way->route.gateway),
              strerror(-way->no_answer));
    check_fix(report, "give its Ethernet address to surveys with --gateway-mac");
}

/* A host with only one family is in order. */
static void tell_no_route(struct check_report *report, const struct family *family, int error,
                          const struct link_info *link, bool other_has_route)
{
    bool forbidden = error != -ENETUNREACH;

    check_add(report, family->line, other_has_route ? CHECK_OK : CHECK_WARNING,
              "no default route through %s%s%s%s", link->name, forbidden ? ": " : "",
              forbidden ? route_error_text(error) : "",
              other_has_route ? ": targets of this family would be left out" : "");
    if (!other_has_route)
        check_fix(report, "%s add default via ADDRESS dev %s", family->command, link->name);
}

void check_way_out(struct check_report *report, const struct link_info *link)
{
    struct way_out ways[FAMILIES] = {0};

    for (int i = 0; i < FAMILIES; i++)
        find(&ways[i], &families[i], link);
    for (int i = 0; i < FAMILIES; i++) {
        const struct way_out *other = &ways[FAMILIES - 1 - i];

        if (ways[i].no_route)
            tell_no_route(report, &families[i], ways[i].no_route, link, !other->no_route);
        else if (ways[i].no_answer)
            tell_no_answer(report, &families[i], &ways[i], leads_on(other));
        else
            tell_gateway(report, &families[i], &ways[i], link);
    }
}

int check_find_device(struct link_info *out)
{
    int error = -ENODEV;

    for (int i = 0; error && i < FAMILIES; i++) {
        const struct route_query query = {.destination = families[i].anywhere};
        struct route route;

        error = route_get(&query, &route);
        if (!error)
            error = link_by_index(route.interface_index, out);
    }
    return error;
}
