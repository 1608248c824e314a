// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the results of `hopwire aliases` in the formats of other programs. The caller checks streams for
 * errors. */
#pragma once

#include <stdio.h>

#include "alias/resolver.h"
#include "engine/sender.h"
#include "session/session.h"

/* alias_print_sets() writes the addresses of each router that has several, one router per line, separated by
 * blanks: the format that sc_ally(1) reads. Returns 0 or -ENOMEM, as the next two. */
int alias_print_sets(struct resolver *resolver, FILE *out);

/* alias_print_nodes() writes all routers as an ITDK's .nodes file. Every address that answered, or that
 * another address answered for, is in one node. */
int alias_print_nodes(struct resolver *resolver, FILE *out);

/* alias_print_json() writes one object per line: each router with several addresses, each address that was
 * probed, and the figures of the run. */
int alias_print_json(struct resolver *resolver, const struct session *session, FILE *out);

/* alias_tell() reports the figures of the run on stderr. */
void alias_tell(struct resolver *resolver);
