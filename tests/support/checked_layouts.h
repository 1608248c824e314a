// SPDX-License-Identifier: GPL-2.0-or-later
/* All layouts of probes, as tests check them. "Cut" layouts get quotations that end after CHECKED_CUT
 * bytes. */
#pragma once

#include "support/layout_checks.h"

enum {
    CHECKED_PORT = 443, /* of TCP */
    CHECKED_CUT = 48,   /* the least that a router quotes over IPv6 */
};

extern const struct checked_layout checked_udp4, checked_icmp4, checked_tcp4_syn, checked_tcp4_ack;
extern const struct checked_layout checked_udp6, checked_icmp6, checked_tcp6_syn, checked_tcp6_ack;
extern const struct checked_layout checked_udp6_cut, checked_icmp6_cut, checked_tcp6_cut;
