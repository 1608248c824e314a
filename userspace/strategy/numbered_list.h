// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked lists of elements of an array. Elements are numbered from 1 on and refer to each other by number; 0:
 * none. Each element contains its links, and is in one list at most.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct numbered_links {
    uint32_t next, previous;
};

/* The first and the last element of a list, and their number. */
struct numbered_list {
    uint32_t first, last, count;
};

/* The links in an array's elements: those of element 0, which is never used, and the distance from one to the
 * next. */
struct numbered_array {
    struct numbered_links *links;
    size_t stride;
};

static inline struct numbered_links *numbered_links_of(struct numbered_array array, uint32_t number)
{
    return (struct numbered_links *)((char *)array.links + array.stride * number);
}

/* numbered_list_append() adds an element that is in no list at the end. */
static inline void numbered_list_append(struct numbered_list *list, struct numbered_array array,
                                        uint32_t number)
{
    *numbered_links_of(array, number) = (struct numbered_links){.previous = list->last};
    *(list->last ? &numbered_links_of(array, list->last)->next : &list->first) = number;
    list->last = number;
    list->count++;
}

/* numbered_list_cut_out() removes an element of the list. */
static inline void numbered_list_cut_out(struct numbered_list *list, struct numbered_array array,
                                         uint32_t number)
{
    const struct numbered_links links = *numbered_links_of(array, number);

    *(links.previous ? &numbered_links_of(array, links.previous)->next : &list->first) = links.next;
    *(links.next ? &numbered_links_of(array, links.next)->previous : &list->last) = links.previous;
    list->count--;
}
