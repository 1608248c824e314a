// SPDX-License-Identifier: GPL-2.0-or-later
/* Who answered, in the words of all text: the name first, the address in parentheses. */
#pragma once

#include <stdint.h>

#include "base/address_text.h"
#include "trace/names.h"

enum {
    HOST_TEXT_SIZE = NAME_SIZE + ADDRESS_TEXT_SIZE + 3,
};

/* host_text() writes "name (address)", or the address alone while no name is known, and asks for it. Returns
 * `text`. */
const char *host_text(struct names *names, struct address address, char text[HOST_TEXT_SIZE]);
