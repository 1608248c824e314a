// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/replay.h"

#include <string.h>

static size_t replay_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct replay *self = (struct replay *)source;
    size_t left = (size_t)(self->end - self->next), count = left < SOURCE_BATCH ? left : SOURCE_BATCH;

    memcpy(out, self->next, count * sizeof(*out));
    self->next += count;
    return count;
}

static void replay_release(struct source *source, size_t count)
{
    (void)source;
    (void)count;
}

static const struct source_ops replay_ops = {.receive = replay_receive, .release = replay_release};

void replay_init(struct replay *replay)
{
    *replay = (struct replay){.base.ops = &replay_ops};
}

void replay_start(struct replay *replay, const struct received_frame *frames, size_t count)
{
    replay->next = frames;
    replay->end = frames + count;
}
