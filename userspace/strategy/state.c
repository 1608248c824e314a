// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/state.h"

#include <errno.h>

#include "bytes.h"

int state_put(FILE *out, const uint64_t *numbers, size_t count)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < count; i++) {
        store_be64(bytes, numbers[i]);
        if (fwrite(bytes, sizeof(bytes), 1, out) != 1)
            return -EIO;
    }
    return 0;
}

int state_get(FILE *in, uint64_t *numbers, size_t count)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < count; i++) {
        if (fread(bytes, sizeof(bytes), 1, in) != 1)
            return -EINVAL;
        numbers[i] = load_be64(bytes);
    }
    return 0;
}
