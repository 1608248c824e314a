// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/state.h"

#include <errno.h>
#include <string.h>

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

int state_put_reals(FILE *out, const double *numbers, size_t count)
{
    uint64_t bits;
    int error = 0;

    for (size_t i = 0; !error && i < count; i++) {
        memcpy(&bits, &numbers[i], sizeof(bits));
        error = state_put(out, &bits, 1);
    }
    return error;
}

int state_get_reals(FILE *in, double *numbers, size_t count)
{
    uint64_t bits;

    for (size_t i = 0; i < count; i++) {
        if (state_get(in, &bits, 1))
            return -EINVAL;
        memcpy(&numbers[i], &bits, sizeof(bits));
    }
    return 0;
}
