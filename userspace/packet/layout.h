// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of layouts (include/layouts.h) for userspace. A layout is chosen once per survey; from then on
 * only its functions are called, and their callers know no protocol.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "layouts.h"

struct layout {
    enum layout_number number; /* its number in the BPF programs */
    const char *name;          /* as in --probe and metadata */
    const char *help;
    enum address_family family;
    uint8_t protocol;
    uint16_t usual_port;       /* if the survey sets no other; 0: the protocol has no ports */
    uint16_t crafted, longest; /* bytes from the IP header on, at most LAYOUT_CRAFTED and LAYOUT_LONGEST */

    /* See include/layout.h. */
    unsigned (*max_flow)(uint16_t port);
    void (*template_init)(struct layout_template *t, struct siphash_key key, struct address source,
                          uint16_t port);
    void (*prepare)(const struct layout_template *t, uint8_t *ip);
    unsigned (*craft)(const struct layout_template *t, const struct probe *p, uint32_t now_us, uint8_t *ip);
    enum probe_origin (*recover)(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                 const uint8_t *transport, const uint8_t *end, struct quoted_probe *out);
    enum probe_origin (*answer)(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                const uint8_t *transport, const uint8_t *end, struct quoted_probe *out,
                                enum reply_kind *kind);

    const struct tracked_layout *tracked; /* include/layout_tracked.h; NULL: for surveys only */
};

/* Indexed by enum layout_number. */
extern const struct layout layouts[LAYOUT_COUNT];

/* layout_by_name() returns NULL if there is no layout of that name for this family. */
const struct layout *layout_by_name(const char *name, enum address_family family);

/* The names, for --help and messages: each name once, even if both families have it. */
choice_at layout_choices;

/* All that defines the probes of one family in a survey. */
struct layout_choice {
    const struct layout *layout; /* NULL: the family is not probed */
    struct siphash_key key;
    uint16_t port; /* see include/layout.h */
};

/* layout_choose() returns a choice of `layout` with its usual port. */
struct layout_choice layout_choose(const struct layout *layout, struct siphash_key key);

/* A survey probes both families by the same protocol, with one key and one port. */
struct layout_pair {
    struct layout_choice ipv4, ipv6;
};

/* layout_pair_of() returns the choices for both families that correspond to `choice`, which is of either
 * family. */
struct layout_pair layout_pair_of(const struct layout_choice *choice);

/* layout_of_family() returns the choice of a pair for `family`. */
static inline const struct layout_choice *layout_of_family(const struct layout_pair *pair,
                                                           enum address_family family)
{
    return family == FAMILY_IPV4 ? &pair->ipv4 : &pair->ipv6;
}

/* layout_pair_usual() returns a choice that is used, for facts that both have in common. */
static inline const struct layout_choice *layout_pair_usual(const struct layout_pair *pair)
{
    return pair->ipv4.layout ? &pair->ipv4 : &pair->ipv6;
}

/* layout_pair_longest() returns the layout with the longer probes. */
const struct layout *layout_pair_longest(const struct layout_pair *pair);

/* layout_read_own() reads back a packet of `length` bytes, from a slot or captured at its departure. Returns
 * false unless it is a probe of this choice as it was crafted. */
bool layout_read_own(const struct layout_choice *choice, const uint8_t *ip, size_t length,
                     struct quoted_probe *out);

/* layout_craft_once() writes a single probe into `ip`, sent from `source` at `now_us`, without a prepared
 * buffer. `ip` has LAYOUT_LONGEST bytes. Returns the length. */
unsigned layout_craft_once(const struct layout_choice *choice, struct address source,
                           const struct probe *probe, uint32_t now_us, uint8_t *ip);
