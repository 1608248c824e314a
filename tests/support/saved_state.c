// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/saved_state.h"

#include <errno.h>
#include <stdlib.h>

int saved_state_take(struct saved_state *state, const struct strategy *strategy)
{
    *state = (struct saved_state){0};

    FILE *stream = open_memstream(&state->bytes, &state->size);
    int error = stream ? strategy_save(strategy, stream) : -ENOMEM;

    if (stream)
        fclose(stream);
    return error;
}

int saved_state_load(const struct saved_state *state, struct strategy *strategy)
{
    FILE *stream = fmemopen(state->bytes, state->size, "r");
    int error = stream ? strategy_load(strategy, stream) : -ENOMEM;

    if (stream)
        fclose(stream);
    return error;
}

void saved_state_free(struct saved_state *state)
{
    free(state->bytes);
    *state = (struct saved_state){0};
}
