// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of layouts (include/layouts.h) for userspace. Who picks one does so once per survey: what follows
 * calls its functions, and knows no protocol.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "layouts.h"

struct layout {
    enum layout_number number; /* by which BPF knows it */
    const char *name;          /* of --probe, and in metadata */
    const char *help;
    enum address_family family;
    uint8_t protocol;
    uint16_t usual_port;       /* of a survey that has no other; 0: the protocol has no ports */
    uint16_t crafted, longest; /* bytes from the IP header on, at most LAYOUT_CRAFTED and LAYOUT_LONGEST */

    /* As include/layout.h tells. */
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

    const struct tracked_layout *tracked; /* include/layout_tracked.h; NULL: of surveys only */
};

/* By enum layout_number. */
extern const struct layout layouts[LAYOUT_COUNT];

/* layout_by_name() is NULL where there is none of that name over this family. */
const struct layout *layout_by_name(const char *name, enum address_family family);

/* The names, for --help and messages: each once, though both families have it. */
choice_at layout_choices;

/* What makes probes of one family those of a survey. */
struct layout_choice {
    const struct layout *layout; /* NULL: the family is not probed */
    struct siphash_key key;
    uint16_t port; /* include/layout.h */
};

/* layout_choose() is `layout` with the port that it usually has. */
struct layout_choice layout_choose(const struct layout *layout, struct siphash_key key);

/* A survey probes both families by the same protocol, with one key and one port. */
struct layout_pair {
    struct layout_choice ipv4, ipv6;
};

/* layout_pair_of() is what `choice`, of either family, is in both. */
struct layout_pair layout_pair_of(const struct layout_choice *choice);

/* layout_of_family() is the choice that a pair has for `family`. */
static inline const struct layout_choice *layout_of_family(const struct layout_pair *pair,
                                                           enum address_family family)
{
    return family == FAMILY_IPV4 ? &pair->ipv4 : &pair->ipv6;
}

/* layout_pair_usual() is that of the two which is there: what both have in common can be asked of it. */
static inline const struct layout_choice *layout_pair_usual(const struct layout_pair *pair)
{
    return pair->ipv4.layout ? &pair->ipv4 : &pair->ipv6;
}

/* layout_pair_longest() is the layout of the two whose probes are longer. */
const struct layout *layout_pair_longest(const struct layout_pair *pair);

/* layout_read_own() reads a packet of `length` bytes back if it is a probe of this choice as it was crafted:
 * of a slot, or captured where it left. */
bool layout_read_own(const struct layout_choice *choice, const uint8_t *ip, size_t length,
                     struct quoted_probe *out);

/* layout_craft_once() makes one probe without preparing for more: sent from `source` at `now_us`, into `ip`,
 * which has LAYOUT_LONGEST bytes. Returns its length. */
unsigned layout_craft_once(const struct layout_choice *choice, struct address source,
                           const struct probe *probe, uint32_t now_us, uint8_t *ip);
