// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/links.h"

#include <errno.h>

#include "base/growing.h"

int alias_links_add(struct alias_links *links, struct alias_link link)
{
    struct alias_link *list = growing_room(links->list, links->count, &links->capacity, sizeof(*list));

    if (!list)
        return -ENOMEM;
    links->list = list;
    links->list[links->count++] = link;
    return 0;
}
