// SPDX-License-Identifier: GPL-2.0-or-later
/* The ways to one prefix as a picture. */
#pragma once

#include <stdio.h>

#include "report/prefix_ways.h"

/* prefix_dot_print() prints a digraph (output/dot.h) called `name`: each interface at the hops at which it was met first, with
 * its best RTT; edges over silent hops are dotted; targets have two peripheries. 0 or -ENOMEM. */
int prefix_dot_print(const struct prefix_ways *ways, const struct address_numbers *interfaces,
                     const char *name, FILE *out);
