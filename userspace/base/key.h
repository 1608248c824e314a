// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys for values that an attacker must not predict: tags of probes, hashes of tables that replies fill. They
 * are never derived from a seed, because seeds are printed, passed on and typed again.
 */
#pragma once

#include <stdbool.h>

#include "base/options.h"
#include "siphash.h"

enum {
    KEY_DIGITS = 32, /* of a key as text: k0, then k1, each with the most significant digit first */
};

/* key_draw() takes a key from getrandom(2). Returns 0 or a negative errno; no weaker source is used instead. */
int key_draw(struct siphash_key *key);

/* key_parse() reads KEY_DIGITS hex digits. */
bool key_parse(const char *text, struct siphash_key *key);

struct option_key {
    bool given;
    struct siphash_key key;
};

OPTION_PARSER(option_key, struct option_key);
