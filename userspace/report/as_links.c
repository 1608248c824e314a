// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/as_links.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/owners_print.h"

/* The owner of an end: one number, or the text of several, which sort behind all numbers. */
struct owner {
    const char *several; /* NULL: only one */
    uint32_t number;
};

struct as_link {
    struct owner from, to;
    uint64_t paths;
};

static int compare_owners(struct owner a, struct owner b)
{
    if (a.several && b.several)
        return strcmp(a.several, b.several);
    if (a.several || b.several)
        return a.several ? 1 : -1;
    return (a.number > b.number) - (a.number < b.number);
}

static int compare_links(const void *left, const void *right)
{
    const struct as_link *a = left, *b = right;
    int order = compare_owners(a->from, b->from);

    return order ? order : compare_owners(a->to, b->to);
}

static bool find_owner(const struct router_map *map, const struct asn_table *asn, uint32_t interface,
                       struct owner *owner)
{
    const struct asn_entry *entry = asn_table_find(asn, map->interfaces.addresses[interface]);

    if (entry)
        *owner = (struct owner){entry->several ? asn->texts + entry->origin : NULL, entry->origin};
    return entry != NULL;
}

/* Writes one entry per link of the map that is between two owners. Returns how many. */
static size_t find_links(const struct router_map *map, const struct asn_table *asn, struct as_link *links)
{
    size_t count = 0;

    for (size_t i = 0; i < map->links.count; i++) {
        struct as_link *link = &links[count];

        link->paths = map->link_facts[i].count;
        count += find_owner(map, asn, router_map_link_near(map, i), &link->from) &&
                 find_owner(map, asn, router_map_link_far(map, i), &link->to) &&
                 compare_owners(link->from, link->to) != 0;
    }
    return count;
}

static void print_owner(struct owner owner, FILE *out)
{
    if (owner.several)
        origin_print(owner.several, out);
    else
        fprintf(out, "%" PRIu32, owner.number);
    fputc(',', out);
}

int as_links_print(const struct router_map *map, const struct asn_table *asn, FILE *out)
{
    struct as_link *links = calloc(map->links.count + 1, sizeof(*links));
    size_t count = links ? find_links(map, asn, links) : 0, same;

    if (!links)
        return -ENOMEM;
    qsort(links, count, sizeof(*links), compare_links);
    fputs("from_asn,to_asn,links,paths\n", out);
    for (size_t i = 0; i < count; i += same) {
        uint64_t paths = 0;

        for (same = 0; i + same < count && compare_links(&links[i], &links[i + same]) == 0; same++)
            paths += links[i + same].paths;
        print_owner(links[i].from, out);
        print_owner(links[i].to, out);
        fprintf(out, "%zu,%" PRIu64 "\n", same, paths);
    }
    free(links);
    return 0;
}
