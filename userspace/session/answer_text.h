// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reply says beside its RTT, in the words of traceroute(8). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "output/record.h"

enum {
    ANSWER_TEXT_SIZE = 256,
};

/*
 * answer_rtt() writes milliseconds, or "?" where they are not known.
 * answer_annotation() writes " !N" and the like for a Destination Unreachable. The letters are those of
 * Debian's traceroute: network, host, protocol, source route, fragmentation, prohibited (!X), precedence,
 * else the code; those of both families alike where they mean the same. Of other errors than an expired TTL it writes type and code: " !<12-0>" for a Parameter
 * Problem, " !<11-1>" where fragments could not be put together. "" otherwise, and where the record is what
 * its probe asked for (`solicited`). Returns `text`.
 */
const char *answer_rtt(uint32_t rtt_us, char text[ANSWER_TEXT_SIZE]);
const char *answer_annotation(const struct record *record, bool solicited, char text[ANSWER_TEXT_SIZE]);

/* answer_labels() writes " <MPLS:L=24001,E=0,S=1,T=1>", "" where there are no labels (RFC 4950). */
const char *answer_labels(const struct record *record, char text[ANSWER_TEXT_SIZE]);

/* answer_objects() writes what a router says of its interfaces (RFC 5837), and other objects as they came:
 * " <INC:2,192.0.2.1,"eth0",mtu=1500>"; "" where there are none. */
const char *answer_objects(const struct record *record, char text[ANSWER_TEXT_SIZE]);

/*
 * answer_hints() writes what only the quotation shows: " [quoted ttl 3]" where the probe had more than 1
 * left, so that hops are hidden in a tunnel before it, and " [nat]" where the probe was rewritten on its way,
 * " [nat 10.0.0.7]" where it arrived with that destination instead of `target`.
 */
const char *answer_hints(const struct record *record, struct address target_address,
                         char text[ANSWER_TEXT_SIZE]);

/* answer_back() is how many hops the way back seems to have, counted from the next power of two or 255 that
 * systems start with: 64, 128, 255. */
unsigned answer_back(const struct record *record);
