// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where routes change. It is not possible to ask for millions of addresses one by one. But all addresses
 * between two neighbouring edges meet the same entries of every table and the same rules. So the route of one
 * (host/route.h) is the route of all, except that equal-cost routes share them out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* The addresses from `base` on that share its first `length` bits. */
struct fib_prefix {
    struct address base;
    uint8_t length;
    uint8_t type; /* RTN_LOCAL, RTN_ANYCAST: this host's; RTN_BROADCAST */
};

struct fib {
    struct address *edges; /* the first address of every stretch, each once, in the order of address_order.h;
                              both families begin with their lowest address */
    size_t edge_count, edge_capacity;
    struct fib_prefix *own; /* addresses that belong to no other host */
    size_t own_count, own_capacity;
};

/* fib_read() reads all routing tables of the calling thread's namespace, and its rules; a million routes take
 * about two seconds. Returns 0, -ENOMEM or another negative errno. fib_free() may be called after any
 * outcome. */
int fib_read(struct fib *out);
void fib_free(struct fib *fib);

/* fib_looks_at_ports() returns whether any rule looks at ports. */
bool fib_looks_at_ports(void);
