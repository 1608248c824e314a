// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/router_map_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "output/itdk_node.h"
#include "report/owners_print.h"

static void print_address(struct address address, FILE *out)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    fputs(text, out);
}

/* Prints nothing for unknown values. */
static void print_facts(const struct map_facts *facts, FILE *out)
{
    fprintf(out, ",%" PRIu64 ",", facts->count);
    if (facts->min_rtt_us != RECORD_NO_RTT)
        fprintf(out, "%" PRIu32, facts->min_rtt_us);
    fprintf(out, ",%u,%u", facts->min_ttl, facts->max_ttl);
}

int router_map_print_interfaces(const struct router_map *map, struct owners owners, bool all, FILE *out)
{
    uint32_t *order = router_map_interface_order(map);

    if (!order)
        return -ENOMEM;
    fprintf(out, "interface,replies,min_rtt_us,min_ttl,max_ttl%s", all ? ",kind" : "");
    owners_print_titles(&owners, "", out);
    fputc('\n', out);
    for (size_t i = 0; i < map->interfaces.count; i++) {
        const struct map_facts *facts = &map->interface_facts[order[i]];
        struct address address = map->interfaces.addresses[order[i]];

        if (!all && !facts->transit)
            continue;
        print_address(address, out);
        print_facts(facts, out);
        if (all)
            fprintf(out, ",%s%s", facts->transit ? "T" : "", facts->destination ? "D" : "");
        owners_print_values(&owners, address, out);
        fputc('\n', out);
    }
    free(order);
    return 0;
}

int router_map_print_links(const struct router_map *map, struct owners owners, FILE *out)
{
    uint32_t *order = router_map_link_order(map);

    if (!order)
        return -ENOMEM;
    fputs("from,to,paths,min_rtt_us,min_ttl,max_ttl", out);
    owners_print_titles(&owners, "from_", out);
    owners_print_titles(&owners, "to_", out);
    fputc('\n', out);
    for (size_t i = 0; i < map->links.count; i++) {
        struct address near = map->interfaces.addresses[router_map_link_near(map, order[i])];
        struct address far = map->interfaces.addresses[router_map_link_far(map, order[i])];

        print_address(near, out);
        fputc(',', out);
        print_address(far, out);
        print_facts(&map->link_facts[order[i]], out);
        owners_print_values(&owners, near, out);
        owners_print_values(&owners, far, out);
        fputc('\n', out);
    }
    free(order);
    return 0;
}

/* Node numbers begin at 1. */
static void print_nodes(const struct router_map *map, const uint32_t *order, FILE *nodes, FILE *interfaces)
{
    for (size_t i = 0; i < map->interfaces.count; i++) {
        const struct map_facts *facts = &map->interface_facts[order[i]];
        struct address address = map->interfaces.addresses[order[i]];

        itdk_begin_node(order[i] + 1, nodes);
        itdk_add_interface(address, nodes);
        fputc('\n', nodes);
        print_address(address, interfaces);
        fprintf(interfaces, " N%" PRIu32 "%s%s\n", order[i] + 1, facts->transit ? " T" : "",
                facts->destination ? " D" : "");
    }
}

/* A router answers from the interface by which the probe came: the far end's interface is on the link, the
 * near end's is not. */
static void print_links(const struct router_map *map, const uint32_t *order, FILE *links)
{
    for (size_t i = 0; i < map->links.count; i++) {
        uint32_t far = router_map_link_far(map, order[i]);

        fprintf(links, "link L%zu:  N%" PRIu32 " N%" PRIu32 ":", i + 1,
                router_map_link_near(map, order[i]) + 1, far + 1);
        print_address(map->interfaces.addresses[far], links);
        fputc('\n', links);
    }
}

int router_map_print_itdk(const struct router_map *map, FILE *nodes, FILE *links, FILE *interfaces)
{
    uint32_t *interface_order = router_map_interface_order(map), *link_order = router_map_link_order(map);
    int error = interface_order && link_order ? 0 : -ENOMEM;

    if (!error) {
        print_nodes(map, interface_order, nodes, interfaces);
        print_links(map, link_order, links);
    }
    free(interface_order);
    free(link_order);
    return error;
}
