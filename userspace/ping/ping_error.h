// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP errors in the words of ping(8), which has others for each family. */
#pragma once

#include <stdint.h>

#include "address.h"

enum {
    PING_ERROR_TEXT = 64,
};

/* ping_error_text() writes what an error from `responder` says, with the number of a code that has no name, and returns
 * `out`. */
const char *ping_error_text(struct address responder, uint8_t type, uint8_t code, char out[PING_ERROR_TEXT]);
