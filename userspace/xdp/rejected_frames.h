// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames that the reply filter rejects and tells of (xdp_filter_tell()), as a feed of the writer of captures:
 * through a ring that the kernel fills and one thread reads, without a system call. */
#pragma once

#include "receive/capture_writer.h"
#include "xdp/xdp_filter.h"

struct rejected_frames;

/* rejected_frames_open() maps the ring of a filter that is attached, which must outlive it. `feed` is filled but for
 * its interface. 0 or a negative errno. */
int rejected_frames_open(struct rejected_frames **out, const struct xdp_filter *filter,
                         struct capture_feed *feed);

void rejected_frames_close(struct rejected_frames *frames);
