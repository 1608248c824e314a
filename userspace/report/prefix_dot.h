// SPDX-License-Identifier: GPL-2.0-or-later
/* Draws the ways to one prefix. */
#pragma once

#include <stdio.h>

#include "report/prefix_ways.h"

/* prefix_dot_print() prints a digraph (output/dot.h) called `name`. Each interface is at the hops at which a
 * walk met it first, with its lowest RTT; edges over silent hops are dotted; targets have two peripheries.
 * Returns 0 or -ENOMEM. */
int prefix_dot_print(const struct prefix_ways *ways, const struct address_numbers *interfaces,
                     const char *name, FILE *out);
