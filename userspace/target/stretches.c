// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/stretches.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/growing.h"

enum {
    TOPS = 1 << 16, /* a top is the upper half of an address of IPv4, a /16 */
};

static int add_ipv4(struct stretches *stretches, uint32_t first)
{
    uint32_t *firsts =
        growing_room(stretches->ipv4, stretches->ipv4_count, &stretches->ipv4_capacity, sizeof(*firsts));

    if (!firsts)
        return -ENOMEM;
    stretches->ipv4 = firsts;
    stretches->ipv4[stretches->ipv4_count++] = first;
    return 0;
}

static int add_first(struct stretches *stretches, struct address first, bool begins_family)
{
    if (begins_family)
        first = address_first(first, 0);
    return address_is_ipv4(first) ? add_ipv4(stretches, address_ipv4(first))
                                  : address_index_add(&stretches->ipv6, first);
}

int stretches_add(struct stretches *stretches, struct address first, uint16_t value)
{
    bool begins_family = address_is_ipv4(first) ? stretches->ipv4_count == 0 : stretches->ipv6.count == 0;
    uint16_t *values;
    int error;

    if (!begins_family && stretches->values[stretches->count - 1] == value)
        return 0;
    values = growing_room(stretches->values, stretches->count, &stretches->capacity, sizeof(*values));
    if (!values)
        return -ENOMEM;
    stretches->values = values;
    error = add_first(stretches, first, begins_family);
    if (!error)
        stretches->values[stretches->count++] = value;
    return error;
}

static int index_ipv4(struct stretches *stretches)
{
    size_t below = 0;

    stretches->by_top = calloc(TOPS + 1, sizeof(*stretches->by_top));
    if (!stretches->by_top)
        return -ENOMEM;
    for (uint32_t top = 0; top <= TOPS; top++) {
        while (below < stretches->ipv4_count && stretches->ipv4[below] >> 16 < top)
            below++;
        stretches->by_top[top] = (uint32_t)below;
    }
    return 0;
}

int stretches_index(struct stretches *stretches)
{
    int error = index_ipv4(stretches);

    return error ? error : address_index_finish(&stretches->ipv6);
}

void stretches_free(struct stretches *stretches)
{
    free(stretches->ipv4);
    free(stretches->values);
    free(stretches->by_top);
    address_index_free(&stretches->ipv6);
    *stretches = (struct stretches){0};
}

struct address stretches_first(const struct stretches *stretches, size_t position)
{
    if (position < stretches->ipv4_count)
        return address_of_ipv4(stretches->ipv4[position]);
    return stretches->ipv6.firsts[position - stretches->ipv4_count];
}

struct address stretches_last(const struct stretches *stretches, size_t position)
{
    struct address first = stretches_first(stretches, position);

    if (position + 1 == stretches->count || position + 1 == stretches->ipv4_count)
        return address_last(first, 0);
    return address_before(stretches_first(stretches, position + 1));
}

/* Searches among the stretches that begin in the address's /16: mostly none begins there. */
static size_t ipv4_up_to(const struct stretches *stretches, uint32_t ipv4)
{
    uint32_t top = ipv4 >> 16;
    uint32_t low = stretches->by_top[top], high = stretches->by_top[top + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (stretches->ipv4[middle] <= ipv4)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint16_t stretches_find(const struct stretches *stretches, struct address address)
{
    size_t up_to;

    if (address_is_ipv4(address)) {
        up_to = ipv4_up_to(stretches, address_ipv4(address));
        return up_to ? stretches->values[up_to - 1] : 0;
    }
    up_to = address_index_up_to(&stretches->ipv6, address);
    return up_to ? stretches->values[stretches->ipv4_count + up_to - 1] : 0;
}
