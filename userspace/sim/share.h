// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behaviours of the simulated Internet that are a share of something, or on or off: one table tells their
 * names, what each realism makes of them, and where they stand in options and behaviour.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "sim/kind.h"
#include "sim/options.h"

/* sim_shares_resolve() fills in all of `out` that the table knows. 0, or -EINVAL after one line on stderr:
 * where the argument of `kind` decides already what an option asks for. */
int sim_shares_resolve(const struct sim_options *options, const struct sim_kind *kind, bool internet,
                       struct sim_behaviour *out);

/* sim_shares_write() sets a key of `object` for each, as it is in force: percent, or true and false. 0 or
 * -ENOMEM. */
int sim_shares_write(const struct sim_behaviour *behaviour, json_t *object);

/* sim_shares_take() moves the keys out of `object` into `options`. Those that older metadata does not have
 * are off. 0, or -EINVAL after one line on stderr. */
int sim_shares_take(json_t *object, struct sim_options *options);
