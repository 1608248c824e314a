// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/record_sort.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "output/record_run.h"

enum {
    RECORDS_LEAST = 1024,
};

/* Decides most comparisons without reading the records. */
struct sort_entry {
    uint64_t key;
    uint32_t number;
};

struct record_sort {
    const char *directory;
    struct record *records;
    struct sort_entry *entries;
    uint32_t *order;
    uint64_t count, room, next; /* records in memory, room for records, and the next record to return */
    struct record_run runs[RECORD_SORT_RUNS];
    unsigned run_count;
    unsigned heap[RECORD_SORT_RUNS]; /* numbers of runs, the one with the least record first */
    unsigned heap_count;
    bool sorted, taken; /* no more records come; the record that heap[0] showed was read */
};

#define KEY_IPV6 (1ULL << 63) /* IPv4 keys have 63 bits: address, flow, round and TTL */

enum {
    KEY_ROUNDS = 127, /* rounds from this one on share a key */
};

/* IPv4 addresses differ in their last 32 bits, most IPv6 addresses in the first 64. */
static uint64_t key_of(const struct record *record)
{
    struct address address = record->target_address;
    uint64_t place = record->round < KEY_ROUNDS ? record->round << 8U | record->probe_ttl : KEY_ROUNDS << 8U;

    return address_is_ipv4(address)
               ? (uint64_t)address_ipv4(address) << 31 | (uint64_t)record->flow << 15 | place
               : address.high | KEY_IPV6;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Compares records with equal keys. */
static int compare_rest(const struct record *a, const struct record *b)
{
    int order = address_compare(a->target_address, b->target_address);

    if (!order)
        order = compare_numbers(a->flow, b->flow);
    if (!order)
        order = compare_numbers(a->round, b->round);
    if (!order)
        order = compare_numbers(a->probe_ttl, b->probe_ttl);
    return order ? order : compare_numbers(a->time_us, b->time_us);
}

static int compare_records(const struct record *a, const struct record *b)
{
    int order = compare_numbers(key_of(a), key_of(b));

    return order ? order : compare_rest(a, b);
}

static int compare_entries(const void *left, const void *right, void *records)
{
    const struct sort_entry *a = left, *b = right;
    const struct record *all = records;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    int order = compare_rest(&all[a->number], &all[b->number]);

    /* Equal records keep their order. */
    return order ? order : compare_numbers(a->number, b->number);
}

const char *record_sort_directory(void)
{
    const char *directory = getenv("TMPDIR");

    return directory && *directory ? directory : "/var/tmp";
}

int record_sort_open(struct record_sort **out, uint64_t memory, const char *directory)
{
    struct record_sort *sort = calloc(1, sizeof(*sort));
    /* qsort_r() makes a copy of the entries. */
    uint64_t each = sizeof(struct record) + 2 * sizeof(struct sort_entry) + sizeof(uint32_t);

    *out = NULL;
    if (!sort)
        return -ENOMEM;
    sort->directory = directory;
    sort->room = memory / each < RECORDS_LEAST ? RECORDS_LEAST : memory / each;
    if (sort->room > UINT32_MAX)
        sort->room = UINT32_MAX;
    /* Pages are allocated as they are filled. */
    sort->records = malloc(sort->room * sizeof(sort->records[0]));
    sort->entries = malloc(sort->room * sizeof(sort->entries[0]));
    sort->order = malloc(sort->room * sizeof(sort->order[0]));
    if (!sort->records || !sort->entries || !sort->order) {
        record_sort_close(sort);
        return -ENOMEM;
    }
    *out = sort;
    return 0;
}

void record_sort_close(struct record_sort *sort)
{
    if (!sort)
        return;
    for (unsigned i = 0; i < sort->run_count; i++)
        record_run_close(&sort->runs[i]);
    free(sort->records);
    free(sort->entries);
    free(sort->order);
    free(sort);
}

static void sort_memory(struct record_sort *sort)
{
    for (uint64_t i = 0; i < sort->count; i++)
        sort->entries[i] = (struct sort_entry){key_of(&sort->records[i]), (uint32_t)i};
    qsort_r(sort->entries, sort->count, sizeof(sort->entries[0]), compare_entries, sort->records);
    for (uint64_t i = 0; i < sort->count; i++)
        sort->order[i] = sort->entries[i].number;
}

static int spill(struct record_sort *sort)
{
    if (sort->run_count == RECORD_SORT_RUNS)
        return -EFBIG;
    sort_memory(sort);
    int error = record_run_write(&sort->runs[sort->run_count++], sort->directory, sort->records, sort->order,
                                 sort->count);

    sort->count = 0;
    return error;
}

int record_sort_add(struct record_sort *sort, const struct record *record)
{
    int error = sort->count == sort->room ? spill(sort) : 0;

    if (!error)
        sort->records[sort->count++] = *record;
    return error;
}

/* Earlier runs hold earlier records. */
static bool goes_before(struct record_sort *sort, unsigned a, unsigned b)
{
    const struct record_run *left = &sort->runs[a], *right = &sort->runs[b];
    int order = compare_records(&left->records[left->next], &right->records[right->next]);

    return order ? order < 0 : a < b;
}

static void sink(struct record_sort *sort, unsigned at)
{
    for (;;) {
        unsigned least = at;

        for (unsigned child = 2 * at + 1; child <= 2 * at + 2 && child < sort->heap_count; child++)
            if (goes_before(sort, sort->heap[child], sort->heap[least]))
                least = child;
        if (least == at)
            return;
        unsigned run = sort->heap[at];

        sort->heap[at] = sort->heap[least];
        sort->heap[least] = run;
        at = least;
    }
}

static int begin_merge(struct record_sort *sort)
{
    const struct record *first;
    int error = sort->count ? spill(sort) : 0;

    /* Reading uses the memory that sorting had. */
    free(sort->records);
    sort->records = NULL;
    for (unsigned i = 0; i < sort->run_count && !error; i++) {
        error = record_run_rewind(&sort->runs[i]);
        if (!error)
            error = record_run_peek(&sort->runs[i], &first);
        if (!error && first)
            sort->heap[sort->heap_count++] = i;
    }
    for (unsigned i = sort->heap_count / 2; i-- > 0 && !error;)
        sink(sort, i);
    return error;
}

/* Moves to the next record of the run whose record was taken; removes the run from the heap if there is
 * none. */
static int go_on(struct record_sort *sort)
{
    struct record_run *run = &sort->runs[sort->heap[0]];
    const struct record *record;

    record_run_take(run);
    int error = record_run_peek(run, &record);

    if (!error && !record)
        sort->heap[0] = sort->heap[--sort->heap_count];
    if (!error)
        sink(sort, 0);
    return error;
}

static int next_of_runs(struct record_sort *sort, const struct record **out)
{
    int error = sort->taken ? go_on(sort) : 0;

    sort->taken = true;
    *out = NULL;
    if (error || !sort->heap_count)
        return error;
    return record_run_peek(&sort->runs[sort->heap[0]], out);
}

static int begin(struct record_sort *sort)
{
    sort->sorted = true;
    if (sort->run_count)
        return begin_merge(sort);
    sort_memory(sort);
    return 0;
}

int record_sort_next(struct record_sort *sort, const struct record **out)
{
    int error = sort->sorted ? 0 : begin(sort);

    *out = NULL;
    if (error)
        return error;
    if (sort->run_count)
        return next_of_runs(sort, out);
    if (sort->next + RECORD_AHEAD < sort->count)
        record_ask(&sort->records[sort->order[sort->next + RECORD_AHEAD]]);
    if (sort->next < sort->count)
        *out = &sort->records[sort->order[sort->next++]];
    return 0;
}
