// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "reference.h"
#include "strategy/walk_table.h"

enum {
    PATHS = 1001,
    ROOM = 100,
};

static struct walk_table make_table(void)
{
    struct walk_table table;

    cr_assert_eq(walk_table_init(&table, PATHS, ROOM), 0);
    return table;
}

static struct walk *add(struct walk_table *table, uint32_t path, enum walk_place place)
{
    struct walk *walk = walk_table_add(table, path);

    cr_assert_not_null(walk);
    walk->upper = 2;
    walk_table_move(table, walk, place);
    return walk;
}

Test(walk_table, has_room_for_so_many_walks_at_once)
{
    struct walk_table table = make_table();

    for (int turn = 0; turn < 3; turn++) {
        for (uint32_t i = 0; i < ROOM; i++)
            add(&table, i, WALK_READY);
        cr_expect_null(walk_table_add(&table, ROOM));
        cr_expect_null(walk_table_find(&table, ROOM));
        cr_expect_eq(table.active, ROOM);
        for (uint32_t i = 0; i < ROOM; i++)
            walk_table_end(&table, walk_table_find(&table, i));
        cr_expect_eq(table.active, 0);
    }
    walk_table_free(&table);
}

/* Lists keep the order in which walks came, whoever leaves from their middle. */
Test(walk_table, lists_are_queues)
{
    struct walk_table table = make_table();
    uint32_t expected[ROOM], count = 0;
    const struct walk *walk;
    uint64_t random = 1;

    for (uint32_t i = 0; i < ROOM; i++)
        add(&table, i, WALK_WAITING);
    for (uint32_t i = 0; i < ROOM; i++)
        if (reference_random(&random) % 2)
            walk_table_move(&table, walk_table_find(&table, i), WALK_READY);
        else
            expected[count++] = i;
    walk = walk_table_first(&table, WALK_WAITING);
    for (uint32_t i = 0; i < count; i++, walk = walk_table_after(&table, walk))
        cr_assert_eq(walk->path, expected[i]);
    cr_expect_null(walk);
    walk_table_free(&table);
}

/* Whoever leaves first, the others of a chain are found: more walks than there are heads, of paths that share them. */
Test(walk_table, walks_of_one_head)
{
    enum { MANY = 20000 };
    struct walk_table table;
    uint64_t random = 2;

    cr_assert_eq(walk_table_init(&table, (uint64_t)MANY << 12, MANY), 0);
    for (uint32_t i = 0; i < MANY; i++)
        add(&table, i << 12, WALK_READY);
    for (uint32_t i = 0; i < MANY; i++)
        if (reference_random(&random) % 2)
            walk_table_end(&table, walk_table_find(&table, i << 12));
    for (uint32_t i = 0, left = 0; i <= MANY; i++) {
        const struct walk *walk = i < MANY ? walk_table_find(&table, i << 12) : NULL;

        left += walk != NULL;
        cr_assert(!walk || walk->path == i << 12);
        cr_assert(i < MANY || left == table.active);
    }
    walk_table_free(&table);
}

/* As of one flow in sixteen: chains are no longer than where all paths come at random. */
Test(walk_table, paths_that_are_flows_apart_have_chains_of_their_own)
{
    enum { MANY = 1 << 16, FLOWS = 16 };
    struct walk_table table;
    uint32_t used = 0;

    cr_assert_eq(walk_table_init(&table, (uint64_t)MANY * FLOWS, MANY), 0);
    for (uint32_t i = 0; i < MANY; i++)
        add(&table, i * FLOWS + 3, WALK_READY);
    for (uint32_t i = 0; i <= table.head_mask; i++)
        used += table.heads[i] != 0;
    cr_expect_gt(used, table.head_mask / 4 * 3, "%u of %u", used, table.head_mask + 1);
    walk_table_free(&table);
}

static void save(const struct walk_table *table, char **bytes, size_t *size)
{
    FILE *stream = open_memstream(bytes, size);

    cr_assert_eq(walk_table_save(table, stream), 0);
    fclose(stream);
}

static int load(struct walk_table *table, char *bytes, size_t size)
{
    FILE *stream = fmemopen(bytes, size, "r");
    int result = walk_table_load(table, stream);

    fclose(stream);
    return result;
}

Test(walk_table, comes_back_as_it_was_saved)
{
    struct walk_table table = make_table(), loaded = make_table();
    const struct walk full = {.sent_ns = 1234567890123,
                              .near = 40,
                              .far = 0x12345678,
                              .before_far = 3,
                              .asked = 500,
                              .ttl = 6,
                              .phase = 2,
                              .lower = 8,
                              .upper = 9,
                              .gap = 10,
                              .distance = 11,
                              .known = 12,
                              .loops = 1,
                              .silent_near = true,
                              .reached = true,
                              .asks_end = true,
                              .again = true};
    char *bytes;
    size_t size;

    for (uint32_t i = 0; i < 60; i++) {
        struct walk *walk = add(&table, 999 - i, i % 2 ? WALK_READY : WALK_WAITING);

        walk->distance = (uint8_t)i;
        if (i >= 40)
            walk_table_end(&table, walk);
    }
    struct walk *walk = walk_table_find(&table, 999), there = *walk;
    *walk = full;
    walk->path = 999, walk->chained = there.chained, walk->links = there.links, walk->place = there.place;
    save(&table, &bytes, &size);
    cr_assert_eq(load(&loaded, bytes, size), 0);
    cr_expect_eq(loaded.active, 40);
    const struct walk *first = walk_table_first(&loaded, WALK_WAITING);
    for (uint32_t i = 0; i < 40; i += 2, first = walk_table_after(&loaded, first))
        cr_assert_eq(first->path, 999 - i);
    for (uint32_t i = 40; i < 60; i++)
        cr_expect_null(walk_table_find(&loaded, 999 - i));
    first = walk_table_find(&loaded, 999);
    cr_expect(first->sent_ns == full.sent_ns && first->near == full.near && first->far == full.far &&
              first->before_far == full.before_far && first->asked == full.asked && first->ttl == full.ttl &&
              first->phase == full.phase && first->lower == full.lower && first->upper == full.upper &&
              first->gap == full.gap && first->distance == full.distance && first->known == full.known &&
              first->loops == full.loops && first->silent_near && first->reached && first->asks_end &&
              first->again);
    free(bytes);
    walk_table_free(&table);
    walk_table_free(&loaded);
}

Test(walk_table, refuses_what_is_cut_short_or_contradicts_itself)
{
    struct walk_table table = make_table();
    char *bytes;
    size_t size;

    add(&table, 5, WALK_READY);
    save(&table, &bytes, &size);
    for (size_t i = 0; i < size; i += 7) {
        struct walk_table loaded = make_table();

        cr_expect_eq(load(&loaded, bytes, i ? i : 1), -EINVAL);
        walk_table_free(&loaded);
    }
    bytes[8 + 2 * 8 + 3] = 127; /* there is no such path */
    bytes[8 + 2 * 8] = 127;
    struct walk_table loaded = make_table();
    cr_expect_eq(load(&loaded, bytes, size), -EINVAL);
    walk_table_free(&loaded);
    free(bytes);
    walk_table_free(&table);
}
