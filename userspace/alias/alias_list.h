// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses that are asked: those that were given, and, where it is wanted, the other ends of their links. Links
 * between routers are numbered out of a /31 (RFC 3021) or a /30, of IPv6 a /127 (RFC 6164): so the other end of x is x ^ 1,
 * or x ^ 3 where x is one of the two middle addresses of its /30.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "alias/resolver.h"
#include "base/address_numbers.h"
#include "base/address_pair.h"
#include "target/address_set.h"

enum {
    ALIAS_SOURCES = 85, /* of the host's own: lanes are 8 bits, and each has RESOLVER_PROTOCOLS */
};

struct alias_list {
    struct address_numbers numbers;
    struct alias_address *addresses; /* by number */
    struct address sources[ALIAS_SOURCES];
    unsigned source_count;
    size_t given;    /* of the numbers: mates come behind */
    size_t no_way;   /* to which the host has no route */
    size_t left_out; /* that are unusable, or of the other family */
};

struct alias_list_config {
    bool ipv4, ipv6;                    /* of this family alone; neither: both */
    const struct address_set *unusable; /* never asked; NULL: none */
    bool mates;
    unsigned interface_index;    /* by which all leave; 0: the routes decide */
    struct address_pair sources; /* none: the routes decide */
};

/* alias_list_add() numbers an address that is wanted; each counts once. alias_list_mates() adds the other ends of all so
 * far. 0 or -ENOMEM. */
int alias_list_add(struct alias_list *list, const struct alias_list_config *config, struct address address);
int alias_list_mates(struct alias_list *list, const struct alias_list_config *config);

/* alias_list_find_ways() asks the kernel from which of the host's addresses each is asked: those to which no way leads
 * are lost. 0, or a negative errno: -E2BIG where these are more than ALIAS_SOURCES. alias_list_free() is right after
 * every outcome. */
int alias_list_find_ways(struct alias_list *list, const struct alias_list_config *config);
void alias_list_free(struct alias_list *list);
