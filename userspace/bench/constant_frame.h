// SPDX-License-Identifier: GPL-2.0-or-later
/* A frame of any length, also one too short for a probe: UDP to the discard port of a benchmarking
 * address. */
#pragma once

#include <stdint.h>

#include "packet/frame.h"

enum {
    CONSTANT_FRAME_MIN = 60, /* an Ethernet frame without FCS */
    CONSTANT_FRAME_MAX = 1514,
};

/* constant_frame_make() writes a frame of `length` bytes, without FCS, with the addresses of the template. */
void constant_frame_make(uint8_t frame[CONSTANT_FRAME_MAX], const struct frame_template *t, unsigned length);
