// SPDX-License-Identifier: GPL-2.0-or-later
/* A responder as text: its name first, its address in parentheses. */
#pragma once

#include <stdint.h>

#include "base/address_text.h"
#include "trace/names.h"

enum {
    HOST_TEXT_SIZE = NAME_SIZE + ADDRESS_TEXT_SIZE + 3,
};

/* host_text() writes "name (address)" and returns `text`. While no name is known it writes the address
 * alone; it also asks for the name. */
const char *host_text(struct names *names, struct address address, char text[HOST_TEXT_SIZE]);
