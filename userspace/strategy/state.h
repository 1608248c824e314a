// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a strategy's saved state: eight bytes each, high byte first, so the same on every
 * machine. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* state_put() writes `count` numbers. Returns 0 or -EIO. state_get() reads them. Returns 0, or -EINVAL
 * where there are fewer. */
int state_put(FILE *out, const uint64_t *numbers, size_t count);
int state_get(FILE *in, uint64_t *numbers, size_t count);

/* state_put_reals() and state_get_reals() do the same with real numbers, exactly. */
int state_put_reals(FILE *out, const double *numbers, size_t count);
int state_get_reals(FILE *in, double *numbers, size_t count);
