// SPDX-License-Identifier: GPL-2.0-or-later
/* Rates that a key leads to: ten steps a decade, of numbers that are easily read. Pure. */
#pragma once

#include <stdbool.h>

/* rate_step() is the next of 1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10, … (ISO 3, R 10) above or below `rate`, from 1 to 1e9 probes
 * per second; `rate` itself where that is beyond. */
double rate_step(double rate, bool up);
