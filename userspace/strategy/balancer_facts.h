// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By what balancers choose, as earlier searches found out, so that a balancer of many targets is looked into only
 * once. The room is fixed: a newer entry replaces an older one.
 */
#pragma once

#include <stdint.h>

#include "address.h"

enum balancer_choice {
    BALANCER_UNKNOWN,
    BALANCER_BY_FLOW,
    BALANCER_BY_PACKET,
};

enum {
    BALANCER_FACTS = 1 << 14,
};

struct balancer_facts {
    uint64_t secret;
    uint64_t words[BALANCER_FACTS]; /* hash of the address; two of its bits are replaced by the choice */
};

/* balancer_facts_note() stores a choice. Once a balancer was seen to choose by packet, that stays, even if a
 * later look meets only one next hop. */
enum balancer_choice balancer_facts_find(const struct balancer_facts *facts, struct address balancer);
void balancer_facts_note(struct balancer_facts *facts, struct address balancer, enum balancer_choice choice);
