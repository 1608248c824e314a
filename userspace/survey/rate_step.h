// SPDX-License-Identifier: GPL-2.0-or-later
/* Rates to which a key leads: ten steps per decade, with round numbers. A pure function. */
#pragma once

#include <stdbool.h>

/* rate_step() returns the next of 1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10, … (ISO 3, R 10) above or below
 * `rate`, from 1 to 1e9 probes per second. Returns `rate` itself where the next one is beyond. */
double rate_step(double rate, bool up);
