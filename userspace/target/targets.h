// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets of a survey: a bijection between 0 … count-1 and hosts of both families. IPv4 comes first; within a
 * family hosts ascend with their indexes.
 *
 *   prefixes of IPv4    are cut into blocks of `granularity`; one host is drawn in each block
 *   prefixes of IPv6    are cut into blocks of `granularity6`; one host is drawn in each block. Or, with `per_prefix`,
 *                       the blocks of each prefix are parted into that many shares; one host is drawn in each share
 *   longer prefixes     are one block
 *   single addresses    are their own hosts
 *
 * A drawn host depends only on the seed and on the block or share (host_draw.h, share_draw.h), so it is not
 * stored. Only tables of runs are stored (run_table.h, share_table.h). For a full routing table they take one
 * megabyte for IPv4 and 13 for IPv6, and both directions cost a look-up in them. Single addresses stay where they
 * were read, 17 bytes each, and take six more bytes to be found again (host_index.h): 100 million take 2.3 GB.
 *
 * Flows by host (flow_hosts.h) go to the target's other hosts: those of its IPv4 block, or those of its IPv6 block
 * that are in its /64. Single addresses have no others.
 *
 * When a survey is divided into N shards, every N-th target belongs to a shard (shard.h). Which hosts are drawn
 * does not depend on that.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "siphash.h"
#include "target/address_set.h"
#include "target/flow_hosts.h"
#include "target/host6.h"
#include "target/prefix_list.h"
#include "target/shard.h"

/* The most targets of a survey: as many as IPv4 has addresses, and as many blocks of IPv6 again. At a million
 * probes per second, one probe to each takes 2.4 hours. */
#define TARGETS_MAX (1ULL << 33)

enum {
    TARGETS_GRANULARITY6 = 48, /* networks assign this to a site (RFC 6177), and announce nothing longer */
};

struct targets;

struct targets_config {
    unsigned granularity;   /* 1 … 32 */
    struct siphash_key key; /* draws the hosts */
    /* Special-purpose ranges; NULL: none. A block or share is left out when every host that could be drawn in
     * it is withheld. In the others a withheld host is never drawn. */
    const struct address_set *withheld;
    /* The blocklist; NULL: none. A draw that falls into either set is repeated up to HOST_DRAWS times. If all
     * draws fail, an avoided host is used, so that its probes are counted as blocked. This is also so in a
     * block that is wholly avoided. */
    const struct address_set *avoided;
    unsigned granularity6; /* 1 … 128; 0: TARGETS_GRANULARITY6 */
    uint32_t per_prefix;   /* hosts in each prefix of IPv6; 0: one in each block */
    struct host6 host6;
    struct shard shard;
    enum flows_by flows_by;
};

/*
 * targets_normalize() brings a list into the order and shape that the next two functions expect. With
 * `per_prefix`, IPv6 prefixes within others stay. Each block then belongs to the longest prefix that touches it,
 * and a longer prefix has as many targets as a shorter one.
 *
 * targets_wanted() returns how many targets a normalized list has, with withheld ones; UINT64_MAX if they are
 * more.
 *
 * targets_create() takes over a normalized list, even when it fails, and leaves an empty list. The sets must
 * outlive the targets. The list must not have more than TARGETS_MAX. Returns NULL when memory is short. The
 * targets are immutable afterwards. A list without targets is not an error here: the count is 0.
 */
void targets_normalize(struct prefix_list *list, const struct targets_config *config);
uint64_t targets_wanted(const struct prefix_list *list, const struct targets_config *config);
struct targets *targets_create(struct prefix_list *list, const struct targets_config *config);
void targets_destroy(struct targets *targets);

/* targets_list() returns the list from which the targets were made. */
const struct prefix_list *targets_list(const struct targets *targets);

uint64_t targets_count(const struct targets *targets);
uint64_t targets_whole_count(const struct targets *targets);    /* of all shards */
uint64_t targets_ipv4_count(const struct targets *targets);     /* lower indexes: IPv4; others: IPv6 */
uint64_t targets_withheld_count(const struct targets *targets); /* blocks and shares left out */

/* targets_prefetch() prefetches the memory that targets_address() will read for this index, below the count. */
void targets_prefetch(const struct targets *targets, uint64_t index);

/* targets_address() returns the host with this index, below the count. That is also the host of flow 0.
 * targets_flow_address() returns the host to which probes of a flow go. */
struct address targets_address(const struct targets *targets, uint64_t index);
struct address targets_flow_address(const struct targets *targets, uint64_t index, unsigned flow);

/* targets_find() is the inverse. Returns false where `address` is not the host drawn in its block.
 * targets_find_flow() is the inverse for one flow. Returns false where `address` is not the host of this flow. */
bool targets_find(const struct targets *targets, struct address address, uint64_t *index);
bool targets_find_flow(const struct targets *targets, struct address address, unsigned flow, uint64_t *index);

/* targets_flows_reach() returns true if an address may be the host of some flow, where flows are by host. */
bool targets_flows_reach(const struct targets *targets, struct address address);

/* targets_below() returns how many targets are below `address`, in the order of both families. So targets from
 * `a` up to `b`, without `b`, have the indexes from targets_below(a) up to targets_below(b) - 1. */
uint64_t targets_below(const struct targets *targets, struct address address);
