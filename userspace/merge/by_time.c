// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/by_time.h"

#include <errno.h>
#include <stdlib.h>

static bool is_before(const struct part *a, const struct part *b)
{
    if (a->next.time_us != b->next.time_us)
        return a->next.time_us < b->next.time_us;
    return a < b; /* equal times: by shard, then by time within it */
}

static void sink(struct by_time *heap, size_t place)
{
    struct part *part = heap->parts[place];

    for (;;) {
        size_t child = 2 * place + 1;

        if (child + 1 < heap->count && is_before(heap->parts[child + 1], heap->parts[child]))
            child++;
        if (child >= heap->count || !is_before(heap->parts[child], part))
            break;
        heap->parts[place] = heap->parts[child];
        place = child;
    }
    heap->parts[place] = part;
}

int by_time_open(struct by_time *heap, struct part *parts, size_t count)
{
    *heap = (struct by_time){.parts = calloc(count, sizeof(*heap->parts))};
    if (!heap->parts)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        if (parts[i].has_next)
            heap->parts[heap->count++] = &parts[i];
    for (size_t i = heap->count / 2; i-- > 0;)
        sink(heap, i);
    return 0;
}

void by_time_close(struct by_time *heap)
{
    free(heap->parts);
    *heap = (struct by_time){0};
}

struct part *by_time_first(const struct by_time *heap)
{
    return heap->count ? heap->parts[0] : NULL;
}

int by_time_advance(struct by_time *heap, struct error_text *error)
{
    int result = part_next(heap->parts[0], error);

    if (!heap->parts[0]->has_next)
        heap->parts[0] = heap->parts[--heap->count];
    if (heap->count)
        sink(heap, 0);
    return result;
}
