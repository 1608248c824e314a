// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is true of every layout of probes over IPv4, whatever its protocol: that probes are well formed, come
 * back as they were, take one path, and are judged as documented when something changed them.
 */
#pragma once

#include "layout.h"
#include "support/quotation_changes.h"

#define LAYOUT_CHECK_KEY    ((struct siphash_key){0x0123456789abcdefULL, 0xfedcba9876543210ULL})
#define LAYOUT_CHECK_SOURCE 0xc6120002U /* 198.18.0.2 */

enum {
    LAYOUT_UNRELATED = 1000000, /* packets of others that are judged */
};

/* The functions of a layout's header, with room for QUOTATION_LONGEST bytes. */
struct checked_layout {
    uint16_t port;
    unsigned crafted;  /* the first bytes of a probe; all others are zero */
    uint16_t flows[4]; /* some that it can carry, its last one among them */
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

/* layout_check_transport_sum() adds up what the transport's checksum covers: all ones where it is right. */
uint16_t layout_check_transport_sum(const uint8_t *ip, unsigned length);

/* layout_check_recovered() expects all that the probe carried. */
void layout_check_recovered(const struct probe *probe, uint32_t now_us, const struct quoted_probe *quoted);

/* Each of these is a test. */
void layout_check_every_probe(const struct checked_layout *layout);
void layout_check_patching(const struct checked_layout *layout);
void layout_check_one_path(const struct checked_layout *layout);
void layout_check_other_survey(const struct checked_layout *layout);
void layout_check_changes(const struct checked_layout *layout, const struct quotation_change *changes,
                          size_t count);

/* layout_check_unrelated() counts how packets of nobody we know are judged: random but for what `shape`
 * makes of them. */
void layout_check_unrelated(const struct checked_layout *layout, void (*shape)(uint8_t *ip),
                            unsigned judged[PROBE_OURS + 1]);

/* layout_check_share() expects about one in 2^bits of LAYOUT_UNRELATED, within five deviations. */
void layout_check_share(const char *what, unsigned counted, double bits);
