// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of packet/tracked.h, for code that decodes answers with it. Private to packet/. */
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
    const struct layout *kinds[LAYOUT_COUNT];               /* each layout once */
    unsigned kind_count;
    struct tracked_probe *probes; /* indexed by the low bits of their number */
    uint16_t *by_proof;           /* low bits of the last number that has this proof; 0: none */
};

/* tracked_find() returns the probe whose number has these low bits, or NULL if there is none yet. */
struct tracked_probe *tracked_find(const struct tracked *tracked, uint16_t number);

/* tracked_layout_of() returns the layout of a probe. */
const struct layout *tracked_layout_of(const struct tracked *tracked, const struct tracked_probe *sent);

/* tracked_size() returns the size of the probe's packet, at least that of its headers. */
unsigned tracked_size(const struct tracked *tracked, const struct tracked_probe *sent);

/* tracked_write() writes the first LAYOUT_LONGEST bytes of a probe's packet again. */
void tracked_write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *packet);

/* tracked_proof() returns the proof of a complete number. */
uint16_t tracked_proof(const struct tracked *tracked, uint32_t number);

/* tracked_field() returns where a field of a packet is. */
static inline const uint8_t *tracked_field(const uint8_t *ip, const uint8_t *transport,
                                           struct tracked_field field)
{
    return (field.of_ip ? ip : transport) + field.place;
}
