// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/hop_words.h"

#include <criterion/criterion.h>

enum {
    PATHS = 10000,
    WIDTH = 4,
    PATH_BYTES = WIDTH * sizeof(uint32_t),
};

static struct hop_words make_hops(uint64_t paths, uint64_t memory)
{
    struct hop_words hops;

    cr_assert_eq(hop_words_init(&hops, paths, 3, 3 + WIDTH - 1, memory, 42), 0);
    return hops;
}

/* Words that no two paths share. */
static void expect_apart(const struct hop_words *hops)
{
    for (uint64_t path = 0; path < hops->paths; path++) {
        _Atomic uint32_t *words = hop_words_of(hops, path);

        for (unsigned i = 0; words && i < WIDTH; i++) {
            cr_assert_eq(atomic_load(&words[i]), HOP_NONE);
            atomic_store(&words[i], 1);
        }
    }
}

static uint64_t kept_between(const struct hop_words *hops, uint64_t first, uint64_t end)
{
    uint64_t kept = 0;

    for (uint64_t path = first; path < end; path++)
        kept += hop_words_of(hops, path) != NULL;
    return kept;
}

Test(hop_words, all_paths)
{
    struct hop_words hops = make_hops(PATHS, PATHS * PATH_BYTES);

    cr_expect(hop_words_complete(&hops));
    cr_expect_eq(kept_between(&hops, 0, PATHS), PATHS);
    cr_expect_null(hop_words_of(&hops, PATHS), "there is no such path");
    expect_apart(&hops);
    hop_words_free(&hops);
}

/* Where memory is for a quarter of the paths, a quarter of the lowest ones have
 * words, and of every others. */
Test(hop_words, a_sample_of_paths)
{
    enum { TENTH = PATHS / 10 };
    struct hop_words hops = make_hops(PATHS, PATHS * PATH_BYTES / 4);

    cr_expect_not(hop_words_complete(&hops));
    cr_expect_eq(kept_between(&hops, 0, PATHS), PATHS / 4);
    for (uint64_t first = 0; first < PATHS; first += TENTH) {
        uint64_t kept = kept_between(&hops, first, first + TENTH);

        cr_expect(kept > TENTH / 4 * 7 / 10 && kept < TENTH / 4 * 13 / 10, "%d of those from %d on",
                  (int)kept, (int)first);
    }
    expect_apart(&hops);
    hop_words_free(&hops);
}

Test(hop_words, none)
{
    struct hop_words hops = make_hops(0, 1000);

    cr_expect(hop_words_complete(&hops));
    cr_expect_null(hop_words_of(&hops, 0));
    hop_words_free(&hops);
    hops = make_hops(PATHS, PATH_BYTES - 1);
    cr_expect_not(hop_words_complete(&hops));
    cr_expect_eq(kept_between(&hops, 0, PATHS), 0);
    hop_words_free(&hops);
    hop_words_free(&hops);
}

Test(hop_words, words_of_interfaces)
{
    static const uint32_t interfaces[] = {0, 1, 0x0a000001, UINT32_MAX - 1};

    for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]); i++) {
        cr_expect_neq(hop_word(interfaces[i]), HOP_NONE);
        cr_expect_eq(hop_interface(hop_word(interfaces[i])), interfaces[i]);
    }
    cr_expect_eq(hop_word(UINT32_MAX), HOP_NONE, "it has no links");
}
