// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Properties of every layout of probes, whatever its protocol and family: probes are well formed, are
 * recovered unchanged, take one path, and are judged as documented if something changed them.
 */
#pragma once

#include "layout.h"
#include "support/quotation_changes.h"

#define LAYOUT_CHECK_KEY    ((struct siphash_key){0x0123456789abcdefULL, 0xfedcba9876543210ULL})
#define LAYOUT_CHECK_SOURCE 0xc6120002U /* 198.18.0.2 */

enum {
    LAYOUT_UNRELATED = 1000000, /* packets of others that are judged */
};

/* layout_check_source() is the source of the probes of a family. */
static inline struct address layout_check_source(enum address_family family)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(LAYOUT_CHECK_SOURCE)
                                 : (struct address){0x20010db8fedc0001ULL, 0xfffefdfc00010203ULL};
}

/* The functions of a layout's header, with room for QUOTATION_LONGEST bytes. */
struct checked_layout {
    const char *name;
    enum address_family family;
    uint16_t port;
    unsigned crafted;                       /* the first bytes of a probe; all others are zero */
    unsigned kept;                          /* of a quotation, which ends after them; 0: all */
    uint16_t flows[4];                      /* some that it can carry, its last one among them */
    uint32_t (*wire_time)(uint32_t now_us); /* the part of a time that it can carry; NULL: all */
    void (*template_init)(struct layout_template *t, struct siphash_key key, struct address source,
                          uint16_t port);
    void (*prepare)(const struct layout_template *t, uint8_t *ip);
    unsigned (*craft)(const struct layout_template *t, const struct probe *p, uint32_t now_us, uint8_t *ip);
    enum probe_origin (*recover)(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                 const uint8_t *transport, const uint8_t *end, struct quoted_probe *out);
};

/* layout_check_craft() writes a probe into a packet of QUOTATION_ROOM bytes; returns its length. */
unsigned layout_check_craft(const struct checked_layout *layout, const struct probe *probe, uint32_t now_us,
                            uint8_t *ip);

/* layout_check_transport_sum() adds up what the transport's checksum covers: all ones if it is correct. */
uint16_t layout_check_transport_sum(const uint8_t *ip, unsigned length);

/* layout_check_recover() reads a quotation of it, up to the bytes that are kept. */
enum probe_origin layout_check_recover(const struct checked_layout *layout, struct siphash_key key,
                                       const uint8_t *ip, struct quoted_probe *out);

/* layout_check_recovered() expects all that the probe carried. */
void layout_check_recovered(const struct probe *probe, uint32_t now_us, const struct quoted_probe *quoted);

/* layout_check_probe() makes up a probe. */
struct probe layout_check_probe(const struct checked_layout *layout, uint64_t *random);

/* Each of these is a test. */
void layout_check_every_probe(const struct checked_layout *layout);
void layout_check_patching(const struct checked_layout *layout);
void layout_check_one_path(const struct checked_layout *layout);
void layout_check_other_survey(const struct checked_layout *layout);
void layout_check_changes(const struct checked_layout *layout, const struct quotation_change *changes,
                          size_t count);

/* One bit that changed on the way, in the given byte: how the judgement treats it in all but `chance` of the
 * cases. PROBE_FORGED stands for PROBE_FOREIGN, too: without a valid tag a probe may look like neither. */
struct flip_rule {
    unsigned first, last; /* bytes */
    enum probe_origin origin;
    double chance;
};

void layout_check_flips(const struct checked_layout *layout, const struct flip_rule *rules, size_t count);

/* layout_check_unrelated() counts how packets of other programs are judged: random except for what `shape`
 * sets. */
void layout_check_unrelated(const struct checked_layout *layout, void (*shape)(uint8_t *ip),
                            unsigned judged[PROBE_OURS + 1]);

/* layout_check_share() expects about one in 2^bits of LAYOUT_UNRELATED, within five deviations. */
void layout_check_share(const char *what, unsigned counted, double bits);
