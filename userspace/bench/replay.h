// SPDX-License-Identifier: GPL-2.0-or-later
/* A source of replies that are in memory already. */
#pragma once

#include <stddef.h>

#include "receive/source.h"

struct replay {
    struct source base;
    const struct received_frame *next, *end;
};

void replay_init(struct replay *replay);

/* replay_start() hands out `count` frames from now on, which outlive that. */
void replay_start(struct replay *replay, const struct received_frame *frames, size_t count);
