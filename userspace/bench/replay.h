// SPDX-License-Identifier: GPL-2.0-or-later
/* A source of replies that are already in memory. */
#pragma once

#include <stddef.h>

#include "receive/source.h"

struct replay {
    struct source base;
    const struct received_frame *next, *end;
};

void replay_init(struct replay *replay);

/* replay_start() provides `count` frames from now on; they must stay valid until all are used. */
void replay_start(struct replay *replay, const struct received_frame *frames, size_t count);
