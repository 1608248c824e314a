// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where routes change. Millions of addresses cannot be asked for one by one, but between two neighbouring
 * edges all of them meet the same entries of every table and the same rules: the route of one (host/route.h)
 * is that of all, but for how equal-cost routes share them out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* Addresses from `base` on, of which the first `length` bits are alike. */
struct fib_prefix {
    struct address base;
    uint8_t length;
    uint8_t type; /* RTN_LOCAL, RTN_ANYCAST: this host's; RTN_BROADCAST */
};

struct fib {
    struct address *edges; /* the first address of every stretch, each once, in the order of address_order.h;
                              both families begin with their lowest address */
    size_t edge_count, edge_capacity;
    struct fib_prefix *own; /* what is no other host's */
    size_t own_count, own_capacity;
};

/* fib_read() reads all tables of the calling thread's namespace, and its rules; a million routes take about
 * two seconds. 0, -ENOMEM or another negative errno. fib_free() is right after every outcome. */
int fib_read(struct fib *out);
void fib_free(struct fib *fib);

/* fib_looks_at_ports() says whether some rule does. */
bool fib_looks_at_ports(void);
