// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reply shows besides its RTT, in the words of traceroute(8). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "output/record.h"

enum {
    ANSWER_TEXT_SIZE = 256,
};

/*
 * answer_rtt() writes milliseconds, or "?" if the RTT is unknown. answer_annotation() writes " !N" and the
 * like for a Destination Unreachable. The letters are those of Debian's traceroute: network, host, protocol,
 * source route, fragmentation, prohibited (!X), precedence, else the code. Both families have the same letter
 * for the same meaning. For other errors than an expired TTL it writes type and code: " !<12-0>" for a
 * Parameter Problem, " !<11-1>" if fragments could not be reassembled. It writes "" for all others, and if
 * the record is the reply that its probe asked for (`solicited`). Returns `text`.
 */
const char *answer_rtt(uint32_t rtt_us, char text[ANSWER_TEXT_SIZE]);
const char *answer_annotation(const struct record *record, bool solicited, char text[ANSWER_TEXT_SIZE]);

/* answer_labels() writes " <MPLS:L=24001,E=0,S=1,T=1>", or "" if there are no labels (RFC 4950). */
const char *answer_labels(const struct record *record, char text[ANSWER_TEXT_SIZE]);

/* answer_objects() writes what a router reports about its interfaces (RFC 5837), and other objects undecoded:
 * " <INC:2,192.0.2.1,"eth0",mtu=1500>"; "" if there are none. */
const char *answer_objects(const struct record *record, char text[ANSWER_TEXT_SIZE]);

/*
 * answer_hints() writes what only the quotation shows: " [quoted ttl 3]" if the probe had more than 1 left,
 * which means that hops are hidden in a tunnel before this one; " [nat]" if the probe was rewritten on its
 * path; " [nat 10.0.0.7]" if it arrived with that destination instead of `target_address`.
 */
const char *answer_hints(const struct record *record, struct address target_address,
                         char text[ANSWER_TEXT_SIZE]);

/* answer_back() returns how many hops the path back seems to have, counted from the next common initial TTL:
 * 64, 128 or 255. */
unsigned answer_back(const struct record *record);
