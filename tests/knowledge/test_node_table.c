// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/node_table.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>

#include "mix.h"
#include "table.h"

enum {
    MANY = 100000, /* far beyond the first buckets, and some fifty chunks of nodes */
};

static struct node_table make_limited(uint64_t limit, bool sampled)
{
    const struct node_table_config config = {.secret = 42, .limit = limit, .sampled = sampled};
    struct node_table table;

    rcu_register_thread();
    cr_assert_eq(node_table_init(&table, &config), 0);
    return table;
}

static struct node_table make_table(void)
{
    return make_limited(UINT64_MAX, false);
}

static void free_table(struct node_table *table, struct node_supply *supply)
{
    node_table_destroy(table);
    cr_expect_null(table->table);
    node_table_destroy(table); /* a second time: nothing */
    node_supply_free(supply);
    cr_expect_null(supply->chunks);
    rcu_unregister_thread();
}

/* How often a key was counted, 0 where it is not there. */
static uint64_t times_seen(const struct node_table *table, uint64_t key)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *link;
    uint64_t seen = 0;

    rcu_read_lock();
    cds_lfht_for_each (table->table, &iter, link) {
        if (graph_node_of(link)->key == key)
            seen += atomic_load(&graph_node_of(link)->seen);
    }
    rcu_read_unlock();
    return seen;
}

static uint64_t nodes_in(const struct node_table *table)
{
    struct cds_lfht_iter iter;
    struct cds_lfht_node *link;
    uint64_t count = 0;

    rcu_read_lock();
    cds_lfht_for_each (table->table, &iter, link)
        count++;
    rcu_read_unlock();
    return count;
}

Test(node_table, counts_each_key)
{
    static const uint64_t keys[] = {5, 0, UINT64_MAX, 5, 1ULL << 32, 0, 5};
    struct node_table table = make_table();
    struct node_supply supply = {0};

    cr_expect_eq(table.count, 0);
    for (size_t i = 0; i < COUNT(keys); i++)
        node_table_count_key(&table, &supply, keys[i]);
    cr_expect_eq(table.count, 4);
    cr_expect_eq(times_seen(&table, 5), 3);
    cr_expect_eq(times_seen(&table, 0), 2);
    cr_expect_eq(times_seen(&table, UINT64_MAX), 1);
    cr_expect_eq(times_seen(&table, 1ULL << 32), 1);
    cr_expect_eq(times_seen(&table, 7), 0);
    cr_expect_not(table.full);
    free_table(&table, &supply);
}

Test(node_table, adding_does_not_count)
{
    struct node_table table = make_table();
    struct node_supply supply = {0};

    node_table_add_key(&table, &supply, 5);
    node_table_add_key(&table, &supply, 5);
    cr_expect_eq(table.count, 1);
    cr_expect_eq(times_seen(&table, 5), 0);
    node_table_count_key(&table, &supply, 5);
    cr_expect_eq(times_seen(&table, 5), 1);
    free_table(&table, &supply);
}

Test(node_table, grows)
{
    struct node_table table = make_table();
    struct node_supply supply = {0};

    for (int round = 0; round < 2; round++)
        for (uint64_t i = 0; i < MANY; i++)
            node_table_count_key(&table, &supply, mix64(i));
    cr_expect_eq(table.count, MANY);
    cr_expect_eq(nodes_in(&table), MANY);
    cr_expect_eq(times_seen(&table, mix64(MANY - 1)), 2);
    cr_expect_not(table.full);
    free_table(&table, &supply);
}

Test(node_table, takes_no_more_than_the_limit)
{
    static const uint64_t limits[] = {0, 1, 7};

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct node_table table = make_limited(limits[i], false);
        struct node_supply supply = {0};

        for (uint64_t key = 0; key < limits[i]; key++)
            node_table_count_key(&table, &supply, key);
        cr_expect_not(table.full, "limit %d", (int)limits[i]);
        node_table_count_key(&table, &supply, 1000);
        cr_expect(table.full, "limit %d", (int)limits[i]);
        cr_expect_eq(table.count, limits[i]);
        cr_expect_eq(times_seen(&table, 1000), 0);
        free_table(&table, &supply);
    }
}

/* At the limit, the keys that are there go on counting. */
Test(node_table, a_full_table_counts_what_it_knows)
{
    struct node_table table = make_limited(1, false);
    struct node_supply supply = {0};

    node_table_count_key(&table, &supply, 1);
    node_table_count_key(&table, &supply, 2);
    node_table_count_key(&table, &supply, 1);
    cr_expect_eq(times_seen(&table, 1), 2);
    cr_expect_eq(table.count, 1);
    free_table(&table, &supply);
}

/* However many keys come first, and whichever: of those that come later a sample is kept, drawn by a hash. */
Test(node_table, a_sample_of_more_than_there_is_room_for)
{
    enum { LIMIT = 4096, EACH = 100000 };
    struct node_table table = make_limited(LIMIT, true);
    struct node_supply supply = {0};
    uint64_t before = 0;

    for (uint64_t i = 0; i < LIMIT / 2; i++)
        node_table_count_key(&table, &supply, i);
    cr_expect_eq(table.count, LIMIT / 2);
    cr_expect_not(table.full, "the first half takes all");
    for (uint64_t part = 1; part < 6; part++) {
        before = table.count;
        for (uint64_t i = 0; i < EACH; i++)
            node_table_count_key(&table, &supply, part << 32 | i);
        cr_expect(part == 1 || table.count > before, "part %d", (int)part);
    }
    cr_expect(table.full);
    cr_expect_lt(table.count, LIMIT);
    cr_expect_eq(nodes_in(&table), table.count);
    free_table(&table, &supply);
}

struct counting_thread {
    struct node_table *table;
    struct node_supply supply;
    pthread_t thread;
};

static void *count_all(void *argument)
{
    struct counting_thread *self = argument;

    rcu_register_thread();
    for (uint64_t i = 0; i < MANY; i++)
        node_table_count_key(self->table, &self->supply, i);
    rcu_unregister_thread();
    return NULL;
}

/* All threads add the same keys at the same time: each key must come in once, and each count to it. */
Test(node_table, threads_add_the_same_keys)
{
    struct node_table table = make_table();
    struct counting_thread threads[4] = {0};
    struct node_supply none = {0};

    for (size_t i = 0; i < COUNT(threads); i++) {
        threads[i].table = &table;
        cr_assert_eq(pthread_create(&threads[i].thread, NULL, count_all, &threads[i]), 0);
    }
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i].thread, NULL);
    cr_expect_eq(table.count, MANY);
    cr_expect_eq(nodes_in(&table), MANY);
    for (uint64_t key = 0; key < MANY; key += MANY / 10)
        cr_expect_eq(times_seen(&table, key), COUNT(threads));
    free_table(&table, &none);
    for (size_t i = 0; i < COUNT(threads); i++)
        node_supply_free(&threads[i].supply);
}
