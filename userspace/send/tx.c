// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx.h"

#include <string.h>

static const struct tx_ops *const backends[] = {
    &tx_ring,
    &tx_xsk,
    &tx_live,
    &tx_sendmmsg,
};

enum {
    BACKENDS = sizeof(backends) / sizeof(backends[0]),
};

void tx_tell_dropped_frame(const struct tx *tx, const struct frame_template *t, const uint8_t *frame)
{
    struct probe probe;

    if (tx->listener.dropped && frame_probe(t, frame, &probe))
        tx_tell_dropped(tx, &probe);
}

const struct tx_ops *tx_find(const char *name)
{
    for (size_t i = 0; i < BACKENDS; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

bool tx_backends(size_t position, struct choice *out)
{
    const struct tx_ops *ops = tx_at(position);

    if (ops)
        *out = (struct choice){.name = ops->name, .help = ops->help};
    return ops;
}

const struct tx_ops *tx_at(size_t position)
{
    return position < BACKENDS ? backends[position] : NULL;
}
