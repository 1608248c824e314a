// SPDX-License-Identifier: GPL-2.0-or-later
/* A word beforehand where a rate is more than what is next to this host may carry. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "survey/parts.h"

enum {
    RATE_WARNING_SIZE = 256,
};

/* One way out, and what goes by it. */
struct rate_facts {
    double rate;               /* probes per second; INFINITY: as fast as possible; NAN: to be found */
    double wire_bytes;         /* of one, with preamble, FCS and gap */
    uint32_t speed_mbps;       /* of the link; 0: nobody knows */
    const char *link;          /* its name */
    struct address source;     /* of probes */
    uint64_t paths;            /* targets x flows: what a NAT has to remember */
    bool leaves_private_space; /* targets are out in the Internet */
};

/*
 * rate_warning() writes a line where probes take more than half of the link, so that other traffic, and replies
 * of as many bytes, no longer fit well; or where a NAT, which must be on the way of a private address, would have
 * to keep more paths in mind than small ones can. False where neither is.
 */
bool rate_warning(const struct rate_facts *facts, char out[RATE_WARNING_SIZE]);

/* rate_warn() says it of the first of a survey's ways of which it is true; nothing in the simulated Internet. */
void rate_warn(const struct survey *survey);
