// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Complete Ethernet frames around probes: the constant part is written into each buffer once, the changing
 * part is patched for each probe.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "packet/layout.h"
#include "reply_parse.h"

enum {
    FRAME_MAX_LENGTH = ETHERNET_HEADER + VLAN_TAG + LAYOUT_LONGEST,
    /* What a frame takes on the wire besides its bytes: preamble 8, FCS 4, inter-frame gap 12 (IEEE
     * 802.3). */
    FRAME_WIRE_OVERHEAD = 24,
    FRAME_WIRE_MIN = 60,
    FRAME_NO_VLAN = 0xffff,
};

struct frame_config {
    struct layout_choice layout;
    struct address source;
    uint8_t source_mac[6], next_hop_mac[6];
    uint16_t vlan;       /* 0 … 4094, or FRAME_NO_VLAN */
    const char *contact; /* text for the payload, cut to the room there is; NULL: none */
};

struct frame_template {
    uint8_t ethernet[ETHERNET_HEADER + VLAN_TAG];
    unsigned ethernet_length;
    struct layout_choice layout;
    struct layout_template probe;
};

void frame_template_init(struct frame_template *t, const struct frame_config *config);

/* frame_changing() returns how many bytes of a probe, from its IP header on, a buffer must store: in every
 * probe of every survey, all bytes behind them are zero. */
unsigned frame_changing(const struct frame_template *t);

/* frame_prepare() writes the constant bytes; `frame` has FRAME_MAX_LENGTH bytes. */
void frame_prepare(const struct frame_template *t, uint8_t *frame);

/* frame_craft() patches a prepared buffer into the probe `p` sent at `now_us` (monotonic) and returns its
 * length. */
static inline unsigned frame_craft(const struct frame_template *t, const struct probe *p, uint32_t now_us,
                                   uint8_t *frame)
{
    return t->ethernet_length + t->layout.layout->craft(&t->probe, p, now_us, frame + t->ethernet_length);
}

/* frame_probe() reads back the probe in a buffer. Returns false if the buffer was prepared and never crafted
 * into, or holds something else. */
bool frame_probe(const struct frame_template *t, const uint8_t *frame, struct probe *out);

/* frame_renew() crafts the probe in a buffer again, with the send time `now_us`. A buffer that was prepared
 * and never crafted into is not changed. */
void frame_renew(const struct frame_template *t, uint32_t now_us, uint8_t *frame);

/* frame_wire_bytes() returns how many bytes a probe with this TTL takes on the wire, with preamble, FCS and
 * gap. */
unsigned frame_wire_bytes(const struct layout *layout, unsigned ttl, bool vlan);
