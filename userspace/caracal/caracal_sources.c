// SPDX-License-Identifier: GPL-2.0-or-later
#include "caracal/caracal.h"

#include <net/if.h>

#include "base/exit_code.h"
#include "host/own_address.h"
#include "host/route.h"
#include "session/refuse.h"

/* An address in the Internet for which the kernel chooses a source: a.root-servers.net. Nothing is sent
 * there. */
#define FAR_IPV4 address_of_ipv4(0xc6290004U)
#define FAR_IPV6 ((struct address){0x20010503ba3e0000U, 0x0000000000020030U})

/* Returns none if the family has no route. */
static struct address usual_source(enum address_family family, unsigned interface_index)
{
    const struct route_query query = {.destination = family == FAMILY_IPV4 ? FAR_IPV4 : FAR_IPV6,
                                      .interface_index = interface_index};
    struct address source = {0};
    struct route route;

    if (route_get(&query, &route) == 0)
        return route.source;
    if (interface_index && interface_address(interface_index, family, &source))
        return (struct address){0};
    return source;
}

int caracal_sources(struct caracal_config *config)
{
    unsigned interface_index = config->interface ? if_nametoindex(config->interface) : 0;

    if (config->interface && !interface_index)
        return command_refuse("caracal", "--interface: there is no interface %s", config->interface);
    config->sources = config->asked_sources;
    if (address_is_none(config->sources.ipv4))
        config->sources.ipv4 = usual_source(FAMILY_IPV4, interface_index);
    if (address_is_none(config->sources.ipv6))
        config->sources.ipv6 = usual_source(FAMILY_IPV6, interface_index);
    if (address_pair_is_none(&config->sources))
        return command_refuse("caracal", "no source address leads to the Internet: give --interface, "
                                         "--source-address-v4 or --source-address-v6");
    return EXIT_DONE;
}
