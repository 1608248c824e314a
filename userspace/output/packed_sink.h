// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sink that compresses what another takes:
 *
 *   encoder ──> packed sink: frame, frame, … ──> descriptor sink
 *
 * A frame ends some seconds after it began, when the sink is flushed, and at the end. What is in frames that have ended
 * can be read, whatever becomes of the rest; nothing else is `through`. Where the sink is drained between two records,
 * as by encoders of lines, frames hold whole records.
 */
#pragma once

#include "output/byte_sink.h"
#include "output/packing.h"

/* packed_sink_open() makes one over `under`, which it takes over, also where it fails: 0 or -ENOMEM. */
int packed_sink_open(struct byte_sink **out, struct byte_sink *under, enum packing packing);

/* output_sink_open() is the sink of a file that is written: of a descriptor, the caller's, compressed or not. 0 or
 * -ENOMEM. */
int output_sink_open(struct byte_sink **out, int fd, enum packing packing);
