// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx.h"

#include <string.h>

static const struct tx_ops *const backends[] = {
    &tx_ring,
};

const struct tx_ops *tx_find(const char *name)
{
    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++)
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}
