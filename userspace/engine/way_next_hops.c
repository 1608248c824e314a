// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/way_next_hops.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "host/neighbour.h"

static int refuse(struct way_group *group, const struct egress_options *options)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(group->samples[0], text);
    if (group->no_route)
        return error_text_set(&group->reason, group->no_route, "there is no route to %s%s%s: %s", text,
                              options->interface ? " through " : "",
                              options->interface ? options->interface : "",
                              route_error_text(group->no_route));
    if (group->route.type != RTN_UNICAST)
        return error_text_set(&group->reason, -EINVAL, "%s is %s", text,
                              group->route.type == RTN_MULTICAST ? "a multicast address"
                              : group->route.type == RTN_BROADCAST
                                  ? "a broadcast address of this host's links"
                                  : "an address of this host");
    return 0;
}

static bool is_on_link(const struct way_group *group)
{
    return group->alone || address_is_none(group->route.gateway);
}

/* The kernel can wait for many answers at a time, so slow ones share one wait. Entries that it has are not
 * asked for: that would turn permanent entries into others. */
static void ask_neighbours(const struct way_groups *groups, const struct egress_options *options)
{
    for (unsigned i = 0; !options->passive && !options->gateway_mac.given && i < groups->count; i++) {
        const struct way_group *group = &groups->list[i];
        unsigned index = group->egress.link.index;
        uint8_t mac[6];

        if (!group->refused && is_on_link(group) && neighbour_resolve(index, group->samples[0], 0, mac))
            neighbour_ask(index, group->samples[0]);
    }
}

static void resolve_all(struct way_groups *groups, const struct egress_options *options)
{
    uint64_t until = clock_now_ns() + EGRESS_ON_LINK_MS * NS_PER_MS;

    ask_neighbours(groups, options);
    for (unsigned i = 0; i < groups->count; i++) {
        struct way_group *group = &groups->list[i];
        uint64_t now = clock_now_ns(), left = until > now ? until - now : 0;

        if (group->refused)
            continue;
        if (is_on_link(group))
            group->egress.gateway = ADDRESS_NONE;
        group->refused =
            egress_resolve(&group->egress, options, group->samples, group->sample_count,
                           group->alone ? (unsigned)(left / NS_PER_MS) : EGRESS_ON_LINK_MS, &group->reason);
    }
}

void way_groups_resolve(struct way_groups *groups, const struct egress_options *options)
{
    for (unsigned i = 0; i < groups->count; i++) {
        struct way_group *group = &groups->list[i];

        group->refused = refuse(group, options);
        if (!group->refused)
            group->refused =
                egress_begin(&group->egress, options, &group->route, group->samples[0], &group->reason);
    }
    resolve_all(groups, options);
}
