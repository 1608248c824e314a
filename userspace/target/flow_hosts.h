// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which host of a target's block each flow goes to, where flows are by host: that of flow 0 is the target
 * address, and the next flows have the others, each once, in a keyed order; then it begins anew.
 *
 *   flow      0          1   2   …   n          n + 1      n + 2  …
 *   host      target's   the n others           target's   the n others, in the same order
 *
 * So flows of one host differ by what else depends on the flow: ports, checksum, flow label. Hosts in a set are
 * left out, but for the target address, which stands whatever the sets say.
 *
 * Computed from the flow alone, in constant time but for the stretches that the sets leave of a block.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "base/choices.h"
#include "target/address_set.h"

enum flows_by {
    FLOWS_BY_PORT, /* all flows of a target go to the target address */
    FLOWS_BY_HOST,
};

/* flows_by_parse() reads one of flows_by_choices: false for another name. flows_by_name() is what it reads. */
choice_at flows_by_choices;
bool flows_by_parse(const char *text, enum flows_by *out);
const char *flows_by_name(enum flows_by by);

/* The hosts of a block have one upper half of their addresses in common: those of IPv6 are in one /64. */
struct flow_hosts {
    struct address target_address;
    uint64_t first, last; /* lower halves of the hosts, inclusive; less than 2^64 of them */
    uint64_t key;         /* of the order */
    bool ascending;       /* they come as they are numbered, instead */
    const struct address_set *withheld, *avoided; /* NULL: nothing of the block is in it */
};

/* flow_hosts_at() is the host of a flow. */
struct address flow_hosts_at(const struct flow_hosts *hosts, unsigned flow);
