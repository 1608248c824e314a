// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys of what an attacker must not foresee: tags of probes, hashes of tables that replies fill. They never
 * follow from a seed, which is printed, told to others and typed again.
 */
#pragma once

#include <stdbool.h>

#include "base/options.h"
#include "siphash.h"

enum {
    KEY_DIGITS = 32, /* of a key as text: k0, then k1, each with its most significant digit first */
};

/* key_draw() takes a key from getrandom(2). 0 or a negative errno: nothing weaker takes its place. */
int key_draw(struct siphash_key *key);

/* key_parse() reads KEY_DIGITS hex digits. */
bool key_parse(const char *text, struct siphash_key *key);

struct option_key {
    bool given;
    struct siphash_key key;
};

OPTION_PARSER(option_key, struct option_key);
