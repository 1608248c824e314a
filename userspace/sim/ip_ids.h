// SPDX-License-Identifier: GPL-2.0-or-later
/* Which IP IDs replies have, by name: the option `ip-ids`. */
#pragma once

#include "base/choices.h"
#include "sim_ip_id.h"

choice_at sim_ip_id_choices;

/* sim_ip_ids_usual() returns the name that a realism uses. */
const char *sim_ip_ids_usual(bool internet);

/* sim_ip_ids_find() returns the enum sim_ip_id of a name, or -1. */
int sim_ip_ids_find(const char *name);
