// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_contexts.h"

#include <errno.h>

#include "base/pages.h"
#include "mix.h"

static size_t contexts_size(const struct flow_contexts *table)
{
    return ((size_t)table->room + 1) * sizeof(*table->contexts);
}

static size_t buckets_size(const struct flow_contexts *table)
{
    return (size_t)(table->mask + 1) * sizeof(*table->buckets);
}

int flow_contexts_init(struct flow_contexts *table, uint32_t room)
{
    *table = (struct flow_contexts){.room = room, .mask = 1};
    while (table->mask < room)
        table->mask = table->mask << 1 | 1;
    table->contexts = pages_map_untouched(contexts_size(table));
    table->buckets = pages_map_untouched(buckets_size(table));
    return table->contexts && table->buckets ? 0 : -ENOMEM;
}

void flow_contexts_free(struct flow_contexts *table)
{
    pages_unmap(table->contexts, contexts_size(table));
    pages_unmap(table->buckets, buckets_size(table));
    *table = (struct flow_contexts){0};
}

static uint32_t number_of(const struct flow_contexts *table, const struct flow_context *context)
{
    return (uint32_t)(context - table->contexts);
}

static uint32_t *bucket_of(const struct flow_contexts *table, uint64_t target)
{
    return &table->buckets[mix64(target) & table->mask];
}

static struct numbered_array links_in(const struct flow_contexts *table)
{
    return (struct numbered_array){&table->contexts->links, sizeof(*table->contexts)};
}

static void append(struct flow_contexts *table, const struct flow_context *context)
{
    numbered_list_append(&table->lists[context->place], links_in(table), number_of(table, context));
}

static void cut_out(struct flow_contexts *table, const struct flow_context *context)
{
    numbered_list_cut_out(&table->lists[context->place], links_in(table), number_of(table, context));
}

void flow_contexts_move(struct flow_contexts *table, struct flow_context *context, enum context_place place)
{
    cut_out(table, context);
    context->place = (uint8_t)place;
    append(table, context);
}

/* Takes a free context, which is then in no list. */
static struct flow_context *take_free(struct flow_contexts *table)
{
    struct flow_context *context = flow_contexts_first(table, CONTEXT_FREE);

    if (context)
        cut_out(table, context);
    else if (table->touched < table->room)
        context = &table->contexts[++table->touched];
    return context;
}

struct flow_context *flow_contexts_add(struct flow_contexts *table, uint64_t target)
{
    struct flow_context *context = take_free(table);
    uint32_t *bucket = bucket_of(table, target);

    if (!context)
        return NULL;
    *context = (struct flow_context){.target = target, .place = CONTEXT_READY, .chain = *bucket};
    *bucket = number_of(table, context);
    append(table, context);
    table->active++;
    return context;
}

struct flow_context *flow_contexts_find(const struct flow_contexts *table, uint64_t target)
{
    uint32_t number = *bucket_of(table, target);

    while (number && table->contexts[number].target != target)
        number = table->contexts[number].chain;
    return number ? &table->contexts[number] : NULL;
}

void flow_contexts_end(struct flow_contexts *table, struct flow_context *context)
{
    uint32_t *place = bucket_of(table, context->target), number = number_of(table, context);

    while (*place != number)
        place = &table->contexts[*place].chain;
    *place = context->chain;
    table->active--;
    flow_contexts_move(table, context, CONTEXT_FREE);
}
