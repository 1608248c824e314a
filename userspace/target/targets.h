// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets of a survey: a bijection between 0 … count-1 and hosts of both families, IPv4 first; within a
 * family they ascend with their indexes.
 *
 *   prefixes of IPv4    cut into blocks of `granularity`, and one host drawn in each
 *   prefixes of IPv6    cut into blocks of `granularity6`, likewise; or, `per_prefix`, so many hosts in each:
 *                       its blocks are parted into as many shares, and a block drawn in each share
 *   longer prefixes     are one block
 *   single addresses    are themselves
 *
 * What is drawn depends on the seed and the block or share alone (host_draw.h, share_draw.h), so it needs no
 * memory: what is kept are tables of runs (run_table.h, share_table.h), of a full routing table one megabyte
 * for IPv4 and 13 for IPv6, and both directions cost a look-up there. Single addresses stay where they were
 * read, 17 bytes each, and six for finding them again (host_index.h): 100 million take 2.3 GB.
 *
 * Flows by host (flow_hosts.h) have the target's other hosts: what the target address was drawn from, a block of
 * IPv4 or what of one of IPv6 is in its /64. Single addresses have none.
 *
 * Of a survey that is divided, every so-many-th of them are the targets of a shard (shard.h). Which hosts are
 * drawn does not depend on that.
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

/* A survey has no more: as many as IPv4 has addresses, and again so many blocks of IPv6. At a million probes
 * per second it takes three days to send one to each. */
#define TARGETS_MAX (1ULL << 33)

enum {
    TARGETS_GRANULARITY6 = 48, /* what networks assign to a site (RFC 6177), and announce at the longest */
};

struct targets;

struct targets_config {
    unsigned granularity;   /* 1 … 32 */
    struct siphash_key key; /* draws the hosts */
    /* Special-purpose ranges; NULL: none. A block or share is left out when each host that could be drawn in
     * it is withheld; from the others, no withheld one is ever drawn. */
    const struct address_set *withheld;
    /* The blocklist; NULL: none. A draw that falls into either set is repeated up to HOST_DRAWS times; then
     * an avoided host stands, as it does in a block wholly avoided, so that its probes are counted as
     * blocked. */
    const struct address_set *avoided;
    unsigned granularity6; /* 1 … 128; 0: TARGETS_GRANULARITY6 */
    uint32_t per_prefix;   /* hosts in each prefix of IPv6; 0: one in each block */
    struct host6 host6;
    struct shard shard;
    enum flows_by flows_by;
};

/*
 * targets_normalize() brings a list into the order and shape that the next two want. With `per_prefix` prefixes
 * of IPv6 within others stay: each block is then of the longest prefix that touches it, and the longer ones
 * have as many targets as the shorter.
 *
 * targets_wanted() is how many targets a normalized list has, those withheld too; UINT64_MAX if more.
 *
 * targets_create() takes over a normalized list, also when it fails, and leaves an empty one; the sets must
 * outlive the targets. NULL when memory is short. Immutable afterwards. No target at all is not an error
 * here: the count is 0. The list must not have more than TARGETS_MAX.
 */
void targets_normalize(struct prefix_list *list, const struct targets_config *config);
uint64_t targets_wanted(const struct prefix_list *list, const struct targets_config *config);
struct targets *targets_create(struct prefix_list *list, const struct targets_config *config);
void targets_destroy(struct targets *targets);

/* targets_list() is the list that they were made of. */
const struct prefix_list *targets_list(const struct targets *targets);

uint64_t targets_count(const struct targets *targets);
uint64_t targets_whole_count(const struct targets *targets);    /* of all shards */
uint64_t targets_ipv4_count(const struct targets *targets);     /* those below are of IPv4, others of IPv6 */
uint64_t targets_withheld_count(const struct targets *targets); /* blocks and shares left out */

/* targets_prefetch() asks for the memory that targets_address() will read for this index, below the count. */
void targets_prefetch(const struct targets *targets, uint64_t index);

/* targets_address() is the host with this index, below the count: that of flow 0. targets_flow_address() is where
 * probes of a flow go to. */
struct address targets_address(const struct targets *targets, uint64_t index);
struct address targets_flow_address(const struct targets *targets, uint64_t index, unsigned flow);

/* targets_find() is the inverse: false where `address` is not the host drawn in its block; targets_find_flow() where
 * it is not the one of this flow. */
bool targets_find(const struct targets *targets, struct address address, uint64_t *index);
bool targets_find_flow(const struct targets *targets, struct address address, unsigned flow, uint64_t *index);

/* targets_flows_reach() says whether an address may be the host of some flow, where flows are by host. */
bool targets_flows_reach(const struct targets *targets, struct address address);

/* targets_below() is how many targets are below `address`, in the order of both families: those from `a` up
 * to `b` have the indexes from targets_below(a) up to targets_below(b). */
uint64_t targets_below(const struct targets *targets, struct address address);
