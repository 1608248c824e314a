// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of packet/tracked.h, for those who read answers by it. Private to packet/. */
#pragma once

#include "packet/tracked.h"

struct tracked {
    struct layout_pair layouts;
    uint8_t tos;
    bool dont_fragment, same_flow_label, compares_ip_ids;
    uint32_t flow_label;
    uint32_t number;                                        /* of the last probe */
    struct layout_template templates[TRACKED_MAX_SOURCES];  /* by lane */
    const struct layout *lane_layouts[TRACKED_MAX_SOURCES]; /* likewise */
    const struct layout *kinds[LAYOUT_COUNT];               /* each of them once */
    unsigned kind_count;
    struct tracked_probe *probes; /* by the low bits of their number */
    uint16_t *by_proof;           /* the low bits of the last number that has this proof; 0: none */
};

/* tracked_find() is the probe with these low bits of number, NULL where there is none yet. */
struct tracked_probe *tracked_find(const struct tracked *tracked, uint16_t number);

/* tracked_layout_of() is the layout of a probe. */
const struct layout *tracked_layout_of(const struct tracked *tracked, const struct tracked_probe *sent);

/* tracked_size() is that of the probe's packet, at least its headers'. */
unsigned tracked_size(const struct tracked *tracked, const struct tracked_probe *sent);

/* tracked_write() writes the packet of a probe again, but what is behind its first LAYOUT_LONGEST bytes. */
void tracked_write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *packet);

/* tracked_proof() is the proof of a whole number. */
uint16_t tracked_proof(const struct tracked *tracked, uint32_t number);

/* tracked_field() is where a field of a packet is. */
static inline const uint8_t *tracked_field(const uint8_t *ip, const uint8_t *transport,
                                           struct tracked_field field)
{
    return (field.of_ip ? ip : transport) + field.place;
}
