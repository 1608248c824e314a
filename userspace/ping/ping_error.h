// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP errors in the words of ping(8), which has others for each family. */
#pragma once

#include <stdint.h>

#include "address.h"

/* ping_error_text() is a constant: what an error from `responder` says. */
const char *ping_error_text(struct address responder, uint8_t type, uint8_t code);
