// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which host of a target's block a flow goes to, where flows are by host. Flow 0 goes to the target address.
 * The next flows go to the other hosts, each once, in a keyed order. Then it begins again.
 *
 *   flow      0          1   2   …   n          n + 1      n + 2  …
 *   host      target's   the n others           target's   the n others, in the same order
 *
 * So two flows to one host differ in the other fields that depend on the flow: ports, checksum, flow label.
 * Hosts in a set are left out, except the target address, which is always used.
 *
 * The host is computed from the flow alone. The time is constant, except that it grows with the number of
 * stretches into which the sets cut the block.
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
    FLOWS_BY_COUNT,
};

/* flows_by_parse() reads one of flows_by_choices. Returns false for another name. flows_by_name() is the
 * inverse. */
choice_at flows_by_choices;
bool flows_by_parse(const char *text, enum flows_by *out);
const char *flows_by_name(enum flows_by by);

/* All hosts of a block have the same upper half of their addresses: those of IPv6 are in one /64. */
struct flow_hosts {
    struct address target_address;
    uint64_t first, last; /* lower halves of the hosts, inclusive; less than 2^64 of them */
    uint64_t key;         /* of the keyed order */
    bool ascending;       /* hosts are used in ascending order, not in the keyed one */
    const struct address_set *withheld, *avoided; /* NULL: it holds nothing of the block */
};

/* flow_hosts_at() returns the host of a flow. */
struct address flow_hosts_at(const struct flow_hosts *hosts, unsigned flow);
