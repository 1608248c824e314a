// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By what balancers choose, as found out before: one that many targets share is looked into once. Of fixed room; an
 * older one makes place for a newer one.
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
    uint64_t words[BALANCER_FACTS]; /* of the address: hash, without two bits that say the choice */
};

/* balancer_facts_note(): one that was seen to choose by packet does, even if a later look meets one next hop alone. */
enum balancer_choice balancer_facts_find(const struct balancer_facts *facts, struct address balancer);
void balancer_facts_note(struct balancer_facts *facts, struct address balancer, enum balancer_choice choice);
