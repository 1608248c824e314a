// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Behaviours of the simulated Internet that are a share of something, or on or off. One table has their
 * names, their values for each realism, and their places in options and behaviour.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "sim/kind.h"
#include "sim/options.h"

/* sim_shares_resolve() fills in all fields of `out` that the table has. Returns 0, or -EINVAL after one line
 * on stderr if the argument of `kind` already decides what an option sets. */
int sim_shares_resolve(const struct sim_options *options, const struct sim_kind *kind, bool internet,
                       struct sim_behaviour *out);

/* sim_shares_write() writes each value in use to a key of `object`: a percentage, or true or false. Returns 0
 * or -ENOMEM. */
int sim_shares_write(const struct sim_behaviour *behaviour, json_t *object);

/* sim_shares_take() moves the keys from `object` to `options`. Keys that older metadata does not have are
 * off. Returns 0, or -EINVAL after one line on stderr. */
int sim_shares_take(json_t *object, struct sim_options *options);
