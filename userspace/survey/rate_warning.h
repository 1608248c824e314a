// SPDX-License-Identifier: GPL-2.0-or-later
/* Warns beforehand of a rate that is more than the network next to this host may carry. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/parts.h"

enum {
    RATE_WARNING_SIZE = 256,
};

/* One way out, and its traffic. */
struct rate_facts {
    double rate;               /* probes per second; INFINITY: as fast as possible; NAN: to be searched for */
    double wire_bytes;         /* of one probe, with preamble, FCS and gap */
    uint32_t speed_mbps;       /* of the link; 0: unknown */
    const char *link;          /* its name */
    struct address source;     /* of probes */
    uint64_t paths;            /* targets x flows: the entries that a NAT must keep */
    bool leaves_private_space; /* targets are in the public Internet */
};

/*
 * rate_warning() writes a line where probes take more than half of the link, so that other traffic, and replies
 * of the same size, no longer fit well. It also writes one where a private source address means that there is a
 * NAT, and the NAT would have to keep more paths than small ones can. Returns false where neither is so.
 */
bool rate_warning(const struct rate_facts *facts, char out[RATE_WARNING_SIZE]);

/* rate_warn() prints the warning for the first way of a survey that needs one. Prints nothing in the simulated
 * Internet. */
void rate_warn(const struct survey *survey);
