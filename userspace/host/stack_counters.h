// SPDX-License-Identifier: GPL-2.0-or-later
/* What both families together have counted in a namespace: /proc/net/snmp, snmp6 and netstat. */
#pragma once

#include <stdint.h>

struct stack_counters {
    uint64_t icmp_errors; /* Time Exceeded and Destination Unreachable that arrived */
    uint64_t
        against_the_path; /* packets dropped because the way back would be another (rp_filter); of IPv4 alone */
};

/* The three, which are opened once and read as often as is wanted. */
struct stack_counter_files {
    int snmp, snmp6, netstat; /* -1: not there */
};

#define STACK_COUNTER_FILES_NONE                                                                             \
    {                                                                                                        \
        -1, -1, -1                                                                                           \
    }

/* stack_counters_open() opens those of the calling thread's namespace. */
void stack_counters_open(struct stack_counter_files *files);
void stack_counters_close(struct stack_counter_files *files);

/* stack_counters_read() leaves 0 what the kernel does not tell. */
void stack_counters_read(const struct stack_counter_files *files, struct stack_counters *out);
