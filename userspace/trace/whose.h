// SPDX-License-Identifier: GPL-2.0-or-later
/* The network and the place of a hop, as traces print them. Facts that were not asked for are left out. */
#pragma once

#include <jansson.h>

#include "target/owners.h"

enum {
    WHOSE_TEXT_SIZE = 3 * OWNER_TEXT_SIZE + 32,
};

/* whose_text() writes " [AS64500] [An IX] [NZ Wellington]" and returns `text`. "[*]" stands for an address
 * that no network announces. */
const char *whose_text(const struct owners *owners, struct address address, char text[WHOSE_TEXT_SIZE]);

/* whose_json() adds the known facts to an object, under their names. */
void whose_json(const struct owners *owners, struct address address, json_t *object);
