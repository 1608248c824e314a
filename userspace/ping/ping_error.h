// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP errors in the words of ping(8), which differ between the families. */
#pragma once

#include <stdint.h>

#include "address.h"

enum {
    PING_ERROR_TEXT = 64,
};

/* ping_error_text() writes the text of an error from `responder`; a code without a name is written as a
 * number. Returns `out`. */
const char *ping_error_text(struct address responder, uint8_t type, uint8_t code, char out[PING_ERROR_TEXT]);
