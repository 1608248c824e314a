// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx.h"

#include <string.h>

#include "base/name_list.h"

static const struct tx_ops *const backends[] = {
    &tx_ring,
    &tx_xsk,
    &tx_live,
    &tx_sendmmsg,
};

enum {
    BACKENDS = sizeof(backends) / sizeof(backends[0]),
};

const struct tx_ops *tx_find(const char *name)
{
    for (size_t i = 0; i < BACKENDS; i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

const char *tx_names(char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < BACKENDS; i++)
        name_list_add(out, size, backends[i]->name);
    return out;
}

const struct tx_ops *tx_at(size_t position)
{
    return position < BACKENDS ? backends[position] : NULL;
}
