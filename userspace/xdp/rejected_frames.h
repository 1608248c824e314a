// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames that the reply filter rejects and reports (xdp_filter_tell()), as a feed of the capture writer. They
 * come through a ring that the kernel fills. One thread reads it, without system calls. */
#pragma once

#include "receive/capture_writer.h"
#include "xdp/xdp_filter.h"

struct rejected_frames;

/* rejected_frames_open() maps the ring of an attached filter. The filter must outlive it. It fills `feed`,
 * except for its interface. Returns 0 or a negative errno. */
int rejected_frames_open(struct rejected_frames **out, const struct xdp_filter *filter,
                         struct capture_feed *feed);

void rejected_frames_close(struct rejected_frames *frames);
