// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sink that compresses bytes and passes them to another:
 *
 *   encoder ──> packed sink: frame, frame, … ──> descriptor sink
 *
 * A frame ends some seconds after its start, when the sink is flushed, and at the end. Completed frames can
 * be read, whatever happens to the rest; only these are `through`. If the sink is drained between two
 * records, as encoders of lines do, frames hold whole records.
 */
#pragma once

#include "output/byte_sink.h"
#include "output/packing.h"

/* packed_sink_open() makes a sink over `under`, and owns that from then on, even if it fails. Returns 0 or
 * -ENOMEM. */
int packed_sink_open(struct byte_sink **out, struct byte_sink *under, enum packing packing);

/* output_sink_open() makes the sink of an output file, compressed or not; `fd` belongs to the caller. Returns
 * 0 or -ENOMEM. */
int output_sink_open(struct byte_sink **out, int fd, enum packing packing);
