// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses to probe: the given ones and, if wanted, the other ends of their links, called mates. Links
 * between routers are numbered from a /31 (RFC 3021) or a /30, in IPv6 a /127 (RFC 6164). So the mate of x is
 * x ^ 1, or x ^ 3 if x is one of the two middle addresses of its /30.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "alias/resolver.h"
#include "base/address_numbers.h"
#include "base/address_pair.h"
#include "target/address_set.h"

enum {
    ALIAS_SOURCES = 85, /* of this host's own addresses: a lane has 8 bits, and each address needs
                           RESOLVER_PROTOCOLS lanes */
};

struct alias_list {
    struct address_numbers numbers;
    struct alias_address *addresses; /* by number */
    struct address sources[ALIAS_SOURCES];
    unsigned source_count;
    size_t given;    /* how many of the numbers are given addresses; mates follow them */
    size_t no_way;   /* addresses without a route from this host */
    size_t left_out; /* addresses that are unusable, or of the other family */
};

struct alias_list_config {
    bool ipv4, ipv6;                    /* only this family; neither: both */
    const struct address_set *unusable; /* never probed; NULL: none */
    bool mates;
    unsigned interface_index;    /* the interface that all probes leave by; 0: the routes decide */
    struct address_pair sources; /* none: the routes decide */
};

/* alias_list_add() numbers a given address; each counts once. alias_list_mates() adds the mates of all
 * addresses so far. Both return 0 or -ENOMEM. */
int alias_list_add(struct alias_list *list, const struct alias_list_config *config, struct address address);
int alias_list_mates(struct alias_list *list, const struct alias_list_config *config);

/* alias_list_find_ways() asks the kernel which of the host's addresses each address is probed from, and marks
 * those without a way as lost. Returns 0, or a negative errno: -E2BIG if more than ALIAS_SOURCES host
 * addresses are needed. alias_list_free() may be called after any outcome. */
int alias_list_find_ways(struct alias_list *list, const struct alias_list_config *config);
void alias_list_free(struct alias_list *list);
