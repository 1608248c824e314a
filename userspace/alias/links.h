// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of addresses that belong to one router, and the evidence for it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum alias_method {
    ALIAS_BY_SOURCE = 1 << 0,
    ALIAS_BY_IP_ID = 1 << 1,
    ALIAS_BY_MATE = 1 << 2, /* adds mates, the other ends of links, to the list (alias_list.h) */
};

enum {
    ALIAS_METHODS = 3,
};

/* Two addresses of one router. */
struct alias_link {
    uint32_t a, b;
    uint8_t by;    /* enum alias_method: source or IP ID */
    double chance; /* as in struct id_pair; 0: by source */
};

struct alias_links {
    struct alias_link *list;
    size_t count, capacity;
};

/* alias_links_add() appends a link. 0 or -ENOMEM. */
int alias_links_add(struct alias_links *links, struct alias_link link);
