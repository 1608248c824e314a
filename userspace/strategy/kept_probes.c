// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/kept_probes.h"

#include <errno.h>
#include <stdlib.h>

#include "strategy/state.h"

int kept_probes_open(struct kept_probes *kept, size_t room)
{
    *kept = (struct kept_probes){.heap = calloc(room, sizeof(*kept->heap)), .room = room};
    return kept->heap ? 0 : -ENOMEM;
}

void kept_probes_close(struct kept_probes *kept)
{
    free(kept->heap);
    kept->heap = NULL;
}

void kept_probes_add(struct kept_probes *kept, uint64_t due_ns, const struct probe *probe)
{
    struct kept_probe *heap = kept->heap;
    size_t place = kept->count++;

    for (; place > 0 && due_ns < heap[(place - 1) / 2].due_ns; place = (place - 1) / 2)
        heap[place] = heap[(place - 1) / 2];
    heap[place] = (struct kept_probe){due_ns, *probe};
}

uint64_t kept_probes_due(const struct kept_probes *kept)
{
    return kept->count ? kept->heap[0].due_ns : UINT64_MAX;
}

struct probe kept_probes_take(struct kept_probes *kept)
{
    struct kept_probe *heap = kept->heap;
    struct probe first = heap[0].probe;
    const struct kept_probe *last = &heap[--kept->count];
    size_t place = 0;

    for (size_t child; (child = 2 * place + 1) < kept->count; place = child) {
        if (child + 1 < kept->count && heap[child + 1].due_ns < heap[child].due_ns)
            child++;
        if (last->due_ns <= heap[child].due_ns)
            break;
        heap[place] = heap[child];
    }
    heap[place] = *last;
    return first;
}

/* Of a survey's probe, only target, flow and TTL are set. */
enum {
    STATE_HIGH,
    STATE_LOW,
    STATE_FLOW_AND_TTL,
    STATE_NUMBERS,
};

int kept_probes_save(const struct kept_probes *kept, FILE *out)
{
    uint64_t count = kept->count;
    int error = state_put(out, &count, 1);

    for (size_t i = 0; !error && i < kept->count; i++) {
        const struct probe *probe = &kept->heap[i].probe;
        const uint64_t state[STATE_NUMBERS] = {probe->target_address.high, probe->target_address.low,
                                               (uint64_t)probe->flow << 8 | probe->ttl};

        error = state_put(out, state, STATE_NUMBERS);
    }
    return error;
}

int kept_probes_load(struct kept_probes *kept, FILE *in)
{
    uint64_t count, state[STATE_NUMBERS];

    if (state_get(in, &count, 1) || count > kept->room)
        return -EINVAL;
    kept->count = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (state_get(in, state, STATE_NUMBERS))
            return -EINVAL;
        kept->heap[kept->count++].probe = (struct probe){
            .target_address = {state[STATE_HIGH], state[STATE_LOW]},
            .flow = (uint16_t)(state[STATE_FLOW_AND_TTL] >> 8),
            .ttl = (uint8_t)state[STATE_FLOW_AND_TTL],
        };
    }
    return 0;
}
