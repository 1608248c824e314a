// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/ways.h"

#include <errno.h>
#include <string.h>

#include "engine/way_groups.h"
#include "packet/frame.h"
#include "target/network.h"

/* Marks a stretch that no way serves. */
#define NO_WAY UINT16_MAX

static bool is_same_way(const struct egress *a, const struct egress *b)
{
    return a->link.index == b->link.index && address_equal(a->source, b->source) &&
           address_equal(a->gateway, b->gateway) &&
           memcmp(a->next_hop_mac, b->next_hop_mac, sizeof(a->next_hop_mac)) == 0;
}

/* On-link targets with the same Ethernet address share a way. */
static int add_way(struct ways *ways, struct way_group *group, struct error_text *error)
{
    unsigned i = 0;

    while (i < ways->count && !is_same_way(&ways->list[i].egress, &group->egress))
        i++;
    if (i == WAYS_MAX)
        return error_text_set(error, -E2BIG,
                              "the targets are reached by more than %d ways (interface, source and next "
                              "hop): survey fewer targets, or give --interface",
                              WAYS_MAX);
    if (i == ways->count)
        ways->list[ways->count++] = (struct way){.egress = group->egress};
    ways->list[i].targets += group->targets;
    group->way = (uint16_t)i;
    return 0;
}

/* Reasons that find no room are added to the last one; nothing is reported if only hosts of flows are left
 * out. */
static void leave_out(struct ways *ways, struct way_group *group)
{
    unsigned i = 0;

    group->way = NO_WAY;
    if (!group->targets)
        return;
    while (i < ways->left_out_count && strcmp(ways->left_out[i].reason.text, group->reason.text) != 0)
        i++;
    if (i == WAYS_MAX)
        i--;
    if (i == ways->left_out_count)
        ways->left_out[ways->left_out_count++] = (struct ways_left_out){.reason = group->reason};
    ways->left_out[i].targets += group->targets;
}

/* A given Ethernet address is valid on one device only. */
static int check_gateway_mac(const struct ways *ways, const struct egress_options *options,
                             struct error_text *error)
{
    for (unsigned i = 1; options->gateway_mac.given && i < ways->count; i++)
        if (ways->list[i].egress.link.index != ways->list[0].egress.link.index)
            return error_text_set(
                error, -EINVAL, "--gateway-mac: the targets are reached by %s and %s: give --interface, too",
                ways->list[0].egress.link.name, ways->list[i].egress.link.name);
    return 0;
}

static int sort_groups(struct ways *ways, struct way_groups *groups, const struct egress_options *options,
                       struct error_text *error)
{
    const struct way_group *first_refused = NULL;
    int result = 0;

    for (unsigned i = 0; !result && i < groups->count; i++) {
        struct way_group *group = &groups->list[i];

        if (!group->refused)
            result = add_way(ways, group, error);
        else
            leave_out(ways, group);
        if (group->refused && group->targets && !first_refused)
            first_refused = group;
    }
    if (!result)
        result = check_gateway_mac(ways, options, error);
    if (result || ways->count || !first_refused)
        return result;
    *error = first_refused->reason;
    return first_refused->refused;
}

/* Makes the map of ways from the map of groups. */
static int draw_map(struct ways *ways, const struct way_groups *groups)
{
    const struct stretches *map = &groups->map;
    struct prefix_list withheld = {0};
    int error = 0;

    for (size_t i = 0; !error && i < map->count; i++) {
        uint16_t way = groups->list[map->values[i]].way;

        const struct network stretch = {stretches_first(map, i), stretches_last(map, i), false};

        error = stretches_add(&ways->map, stretch.first, way == NO_WAY ? 0 : way);
        if (!error && way == NO_WAY)
            error = prefix_list_add_network(&withheld, &stretch);
    }
    if (!error)
        error = stretches_index(&ways->map);
    if (!error && withheld.count) {
        ways->withheld = address_set_create(&withheld);
        error = ways->withheld ? 0 : -ENOMEM;
    }
    prefix_list_free(&withheld);
    return error;
}

int ways_find(struct ways *out, const struct egress_options *options, const struct targets *targets,
              struct error_text *error)
{
    struct way_groups groups = {0};
    int result;

    *out = (struct ways){0};
    result = way_groups_find(&groups, options, targets, error);
    if (!result)
        result = sort_groups(out, &groups, options, error);
    if (!result) {
        result = draw_map(out, &groups);
        if (result)
            error_text_set(error, result, "out of memory for the ways to the targets");
    }
    way_groups_free(&groups);
    return result;
}

void ways_free(struct ways *ways)
{
    stretches_free(&ways->map);
    address_set_destroy(ways->withheld);
    ways->withheld = NULL;
}

unsigned ways_first_by(const struct ways *ways, unsigned interface_index)
{
    unsigned i = 0;

    while (i < ways->count && ways->list[i].egress.link.index != interface_index)
        i++;
    return i;
}
