// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds a reachable address for a name. Private to session/hosts.h. */
#pragma once

#include "session/hosts.h"

/*
 * host_find() fills in all fields of a host but its lane, from its name. `scope` gets the interface on whose
 * link a link-local address is, else 0. `elsewhere` gets whether packets of other programs, which have ports,
 * take another route than our probes. Returns as hosts_add().
 */
int host_find(struct host *host, const struct hosts_config *config, unsigned *scope, bool *elsewhere,
              struct error_text *error);
