// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/prefix_list.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"
#include "target/prefix_sort.h"

int prefix_list_add(struct prefix_list *list, struct prefix prefix)
{
    struct prefix *prefixes = growing_room(list->prefixes, list->count, &list->capacity, sizeof(*prefixes));

    if (!prefixes)
        return -ENOMEM;
    list->prefixes = prefixes;
    list->prefixes[list->count++] = prefix;
    return 0;
}

static bool are_siblings(struct prefix a, struct prefix b)
{
    return a.length == b.length && a.length > 0 && !address_equal(a.base, b.base) &&
           address_equal(a.base, address_first(b.base, b.length - 1U));
}

static bool may_be_joined(struct prefix prefix, struct granularity granularity)
{
    return prefix.length <= (address_is_ipv4(prefix.base) ? granularity.ipv4 : granularity.ipv6);
}

static bool is_equal(struct prefix a, struct prefix b)
{
    return a.length == b.length && address_equal(a.base, b.base);
}

/* Frees unused capacity: for a full routing table two thirds. */
static void fit(struct prefix_list *list)
{
    struct prefix *prefixes = reallocarray(list->prefixes, list->count, sizeof(*prefixes));

    if (!prefixes)
        return;
    list->prefixes = prefixes;
    list->capacity = list->count;
}

void prefix_list_normalize(struct prefix_list *list, struct granularity granularity)
{
    struct prefix *kept = list->prefixes;
    size_t count = 0;

    if (list->count == 0)
        return;
    prefix_sort(list->prefixes, list->count);
    for (size_t i = 0; i < list->count; i++) {
        struct prefix prefix = list->prefixes[i];
        bool inner = granularity.inner && !address_is_ipv4(prefix.base);

        if (count > 0 &&
            (inner ? is_equal(kept[count - 1], prefix) : prefix_holds(kept[count - 1], prefix.base)))
            continue;
        kept[count++] = prefix;
        while (!inner && count > 1 && may_be_joined(prefix, granularity) &&
               are_siblings(kept[count - 2], kept[count - 1])) {
            count--;
            kept[count - 1].length = --prefix.length;
        }
    }
    list->count = count;
    fit(list);
}

void prefix_list_free(struct prefix_list *list)
{
    free(list->prefixes);
    *list = (struct prefix_list){0};
}
