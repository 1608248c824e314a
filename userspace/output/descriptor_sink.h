// SPDX-License-Identifier: GPL-2.0-or-later
/* A byte sink that writes to a file descriptor, as it is. */
#pragma once

#include "output/byte_sink.h"

/* descriptor_sink_open() makes a sink for `fd`, which stays the caller's; blocking or not. 0 or -ENOMEM. */
int descriptor_sink_open(struct byte_sink **out, int fd);

/* descriptor_sink_turn() has it write to another descriptor from now on, which is the caller's too; nothing may
 * wait in its buffer. */
void descriptor_sink_turn(struct byte_sink *sink, int fd);
