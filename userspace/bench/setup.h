// SPDX-License-Identifier: GPL-2.0-or-later
/* Setting up and freeing what the stages share. For bench.c only. */
#pragma once

#include "bench/bench.h"

/* bench_prepare() fills in the rest of a `bench` whose configuration is set, and creates the devices that are
 * needed. From then on the calling thread gets signals by bench_wait(). Returns 0, or a negative errno after
 * one line on stderr. bench_release() may be called after any outcome. */
int bench_prepare(struct bench *bench);
void bench_release(struct bench *bench);
