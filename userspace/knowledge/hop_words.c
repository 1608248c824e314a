// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/hop_words.h"

#include <errno.h>

#include "base/pages.h"

int hop_words_init(struct hop_words *hops, uint64_t paths, unsigned min_ttl, unsigned max_ttl,
                   uint64_t memory, uint64_t secret)
{
    unsigned width = max_ttl - min_ttl + 1;
    uint64_t affordable = memory / (width * sizeof(*hops->words));

    *hops = (struct hop_words){
        .paths = paths,
        .kept = paths < affordable ? paths : affordable,
        .min_ttl = min_ttl,
        .width = width,
    };
    if (paths)
        permutation_init(&hops->drawn, paths, (struct siphash_key){secret, paths});
    hops->bytes = hops->kept * width * sizeof(*hops->words);
    if (hops->bytes)
        hops->words = hops->memory = pages_map(hops->bytes);
    return hops->bytes && !hops->words ? -ENOMEM : 0;
}

void hop_words_free(struct hop_words *hops)
{
    pages_unmap(hops->memory, hops->bytes);
    *hops = (struct hop_words){0};
}
