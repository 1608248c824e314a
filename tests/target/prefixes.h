// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists and sets in tests: written and compared as text, or random but the same in every run. */
#pragma once

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "base/address_text.h"
#include "mix.h"
#include "siphash.h"
#include "target/address_set.h"
#include "target/prefix_list.h"

/* The list of what stands in `text`, separated by blanks. */
static inline struct prefix_list prefixes_of(const char *text)
{
    struct prefix_list list = {0};
    struct error_text error;
    char *copy = strdup(text), *rest = copy, *word;

    while ((word = strsep(&rest, " ")))
        if (*word)
            cr_assert_eq(prefix_list_add_text(&list, word, "test", &error), 0, "%s", error.text);
    free(copy);
    return list;
}

/* The set of these; for address_set_destroy(). */
static inline struct address_set *address_set_of(const char *text)
{
    struct prefix_list list = prefixes_of(text);
    struct address_set *set = address_set_create(&list);

    cr_assert_not_null(set);
    prefix_list_free(&list);
    return set;
}

static inline const char *prefixes_text(const struct prefix_list *list, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < list->count && used < size; i++) {
        char address[ADDRESS_TEXT_SIZE];

        address_format(list->prefixes[i].base, address);
        used += (size_t)snprintf(text + used, size - used, "%s%s/%u", i ? " " : "", address,
                                 list->prefixes[i].length);
    }
    return text;
}

/* A number below `range` that is the same in every run. */
static inline uint64_t fixed_random(uint64_t seed, uint64_t range)
{
    return siphash_u64((struct siphash_key){0x7465, 0x7374}, seed) % range;
}

/* `count` prefixes of min_length … max_length bits inside `where`. */
static inline struct prefix_list random_prefixes(uint64_t seed, size_t count, struct prefix where,
                                                 unsigned min_length, unsigned max_length)
{
    struct prefix_list list = {0};

    for (size_t i = 0; i < count; i++) {
        uint64_t random = fixed_random(seed << 32 | i, UINT64_MAX);
        unsigned length = min_length + (unsigned)(random >> 32) % (max_length - min_length + 1);
        uint32_t host_bits = (uint32_t)(UINT64_C(0xffffffff) >> length);
        uint32_t inside = (uint32_t)random & (uint32_t)(UINT64_C(0xffffffff) >> where.length);

        cr_assert_eq(
            prefix_list_add(&list, (struct prefix){IPV4((address_ipv4(where.base) | inside) & ~host_bits),
                                                   (uint8_t)length}),
            0);
    }
    return list;
}

/* The same of IPv6, by whole addresses. */
static inline struct prefix_list random_prefixes6(uint64_t seed, size_t count, struct prefix where,
                                                  unsigned min_length, unsigned max_length)
{
    struct prefix_list list = {0};

    for (size_t i = 0; i < count; i++) {
        uint64_t random = fixed_random(seed << 32 | i, UINT64_MAX);
        unsigned length = min_length + (unsigned)(random >> 32) % (max_length - min_length + 1);
        struct address inside = address_rest(where.base, where.length), base = where.base;

        base.high |= mix64(random) & inside.high;
        base.low |= mix64(random + 1) & inside.low;
        cr_assert_eq(prefix_list_add(&list, (struct prefix){address_first(base, length), (uint8_t)length}),
                     0);
    }
    return list;
}

/* The slow but plain answer that the quick ones are compared with. */
static inline bool prefixes_hold(const struct prefix_list *list, uint32_t address)
{
    for (size_t i = 0; i < list->count; i++)
        if (address_ipv4(list->prefixes[i].base) <= address &&
            address <= address_ipv4(prefix_last(list->prefixes[i])))
            return true;
    return false;
}
