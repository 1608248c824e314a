// SPDX-License-Identifier: GPL-2.0-or-later
/* What `hopwire aliases` found, as other programs read it. Errors of a stream are its own. */
#pragma once

#include <stdio.h>

#include "alias/resolver.h"
#include "engine/sender.h"
#include "session/session.h"

/* alias_print_sets() writes the addresses of each router that has several, a line each, parted by blanks: as sc_ally(1)
 * reads sets. 0 or -ENOMEM, as the next two. */
int alias_print_sets(struct resolver *resolver, FILE *out);

/* alias_print_nodes() writes all routers as an ITDK's .nodes: what answered, or was answered for, is in one. */
int alias_print_nodes(struct resolver *resolver, FILE *out);

/* alias_print_json() writes an object a line: each router that has several addresses, each address that was asked, and how
 * it went (alias_print_figures()). */
int alias_print_json(struct resolver *resolver, const struct session *session, FILE *out);

/* alias_tell() says on stderr how it went. */
void alias_tell(struct resolver *resolver);
