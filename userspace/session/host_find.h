// SPDX-License-Identifier: GPL-2.0-or-later
/* From a name to an address that there is a way to, on the way to session/hosts.h. Private to it. */
#pragma once

#include "session/hosts.h"

/*
 * host_find() fills in all of a host but its lane, by its name. In `scope` it leaves the interface on whose
 * link the address is, where that is link-local, else 0; in `elsewhere`, whether programs' packets, with
 * ports, take another way than our probes. Returns as hosts_add().
 */
int host_find(struct host *host, const struct hosts_config *config, unsigned *scope, bool *elsewhere,
              struct error_text *error);
