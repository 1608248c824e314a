// SPDX-License-Identifier: GPL-2.0-or-later
/* A byte sink that writes to a file descriptor, unchanged. */
#pragma once

#include "output/byte_sink.h"

/* descriptor_sink_open() makes a sink for `fd`, blocking or not, which the caller owns. Returns 0 or
 * -ENOMEM. */
int descriptor_sink_open(struct byte_sink **out, int fd);

/* descriptor_sink_turn() makes it write to another descriptor of the caller from now on. Its buffer must be
 * empty. */
void descriptor_sink_turn(struct byte_sink *sink, int fd);
