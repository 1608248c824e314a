// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who answered first at each TTL of each path: one atomic 32-bit word each, from which links are made.
 *
 *   path 0 [min_ttl][min_ttl + 1]…   path 1 …
 *
 * Where memory does not suffice for all paths, those that have words are drawn by a keyed permutation.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knowledge/interface_id.h"
#include "target/permutation.h"

#define HOP_NONE 0 /* nobody has answered there yet */

struct hop_words {
    _Atomic uint32_t *words;
    uint64_t paths, kept; /* those that have words */
    unsigned min_ttl, width;
    struct permutation drawn; /* where not all have words: whether its place is one of the first */
    void *memory;             /* of `words` */
    size_t bytes;
};

/* hop_words_init() has words for TTLs from `min_ttl` to `max_ttl` of `paths` paths, or as many as `memory`
 * bytes suffice for. 0 or -ENOMEM. */
int hop_words_init(struct hop_words *hops, uint64_t paths, unsigned min_ttl, unsigned max_ttl,
                   uint64_t memory, uint64_t secret);

/* hop_words_bytes() is what they take for all paths. */
static inline uint64_t hop_words_bytes(uint64_t paths, unsigned min_ttl, unsigned max_ttl)
{
    return paths * (max_ttl - min_ttl + 1) * sizeof(uint32_t);
}

/* hop_words_free(): right after every outcome. */
void hop_words_free(struct hop_words *hops);

static inline bool hop_words_complete(const struct hop_words *hops)
{
    return hops->kept == hops->paths;
}

/* hop_words_of() is the words of a path, the first TTL's first; NULL where it has none. */
static inline _Atomic uint32_t *hop_words_of(const struct hop_words *hops, uint64_t path)
{
    if (path >= hops->paths)
        return NULL;
    if (!hop_words_complete(hops))
        path = permutation_at(&hops->drawn, path);
    return path < hops->kept ? hops->words + path * hops->width : NULL;
}

/* hop_word() is what stands for an interface: its number plus 1, since fresh memory is 0. 255.255.255.255,
 * which nothing can be sent from (RFC 1122, section 3.2.1.3), becomes HOP_NONE. */
static inline uint32_t hop_word(interface_id interface)
{
    return interface + 1;
}

/* hop_interface() is the other way, for any word but HOP_NONE. */
static inline interface_id hop_interface(uint32_t word)
{
    return word - 1;
}
