// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose a hop is and where, as traces tell it. What was not asked for is not there. */
#pragma once

#include <jansson.h>

#include "target/owners.h"

enum {
    WHOSE_TEXT_SIZE = 3 * OWNER_TEXT_SIZE + 32,
};

/* whose_text() writes " [AS64500] [An IX] [NZ Wellington]", "[*]" being an address that nobody announces, and returns `text`. */
const char *whose_text(const struct owners *owners, struct address address, char text[WHOSE_TEXT_SIZE]);

/* whose_json() adds to an object what is known, by the names of the facts. */
void whose_json(const struct owners *owners, struct address address, json_t *object);
