// SPDX-License-Identifier: GPL-2.0-or-later
/* What the stages share is set up and taken apart here. For bench.c only. */
#pragma once

#include "bench/bench.h"

/* bench_prepare() fills in the rest of a `bench` that has its configuration, and makes the devices that this
 * asks for. The calling thread takes signals by bench_wait() from then on. 0, or a negative errno after one
 * line on stderr. bench_release() is right after every outcome. */
int bench_prepare(struct bench *bench);
void bench_release(struct bench *bench);
