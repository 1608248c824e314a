// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first responder at each TTL of each path: one atomic 32-bit word each, from which links are made.
 *
 *   path 0 [min_ttl][min_ttl + 1]…   path 1 …
 *
 * If memory does not suffice for all paths, a keyed permutation draws the paths that have words.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knowledge/interface_id.h"
#include "target/permutation.h"

#define HOP_NONE 0 /* no answer yet */

struct hop_words {
    _Atomic uint32_t *words;
    uint64_t paths, kept; /* paths that have words */
    unsigned min_ttl, width;
    struct permutation drawn; /* if not all paths have words: a path has words if its place is among the
                                 first */
    void *memory;             /* holds `words` */
    size_t bytes;
};

/* hop_words_init() makes words for TTLs from `min_ttl` to `max_ttl` of `paths` paths, or of as many as fit
 * `memory` bytes. Returns 0 or -ENOMEM. */
int hop_words_init(struct hop_words *hops, uint64_t paths, unsigned min_ttl, unsigned max_ttl,
                   uint64_t memory, uint64_t secret);

/* hop_words_bytes() returns the bytes needed for all paths. */
static inline uint64_t hop_words_bytes(uint64_t paths, unsigned min_ttl, unsigned max_ttl)
{
    return paths * (max_ttl - min_ttl + 1) * sizeof(uint32_t);
}

/* hop_words_free() may be called after any outcome. */
void hop_words_free(struct hop_words *hops);

static inline bool hop_words_complete(const struct hop_words *hops)
{
    return hops->kept == hops->paths;
}

/* hop_words_of() returns the words of a path, lowest TTL first; NULL if it has none. */
static inline _Atomic uint32_t *hop_words_of(const struct hop_words *hops, uint64_t path)
{
    if (path >= hops->paths)
        return NULL;
    if (!hop_words_complete(hops))
        path = permutation_at(&hops->drawn, path);
    return path < hops->kept ? hops->words + path * hops->width : NULL;
}

/* hop_word() returns the word for an interface: its number plus 1, because fresh memory is 0.
 * 255.255.255.255, from which no packet may be sent (RFC 1122, section 3.2.1.3), becomes HOP_NONE. */
static inline uint32_t hop_word(interface_id interface)
{
    return interface + 1;
}

/* hop_interface() is the inverse, for any word but HOP_NONE. */
static inline interface_id hop_interface(uint32_t word)
{
    return word - 1;
}
