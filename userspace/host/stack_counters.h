// SPDX-License-Identifier: GPL-2.0-or-later
/* What both families together have counted in the calling thread's namespace: /proc/net/snmp, snmp6 and
 * netstat. */
#pragma once

#include <stdint.h>

struct stack_counters {
    uint64_t icmp_errors; /* Time Exceeded and Destination Unreachable that arrived */
    uint64_t
        against_the_path; /* packets dropped because the way back would be another (rp_filter); of IPv4 alone */
};

/* stack_counters_read() leaves 0 what the kernel does not tell. */
void stack_counters_read(struct stack_counters *out);
