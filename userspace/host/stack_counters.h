// SPDX-License-Identifier: GPL-2.0-or-later
/* What the IPv4 and IPv6 stacks have counted in a namespace: /proc/net/snmp, snmp6 and netstat. */
#pragma once

#include <stdint.h>

struct stack_counters {
    uint64_t icmp_errors;      /* Time Exceeded and Destination Unreachable that arrived */
    uint64_t against_the_path; /* packets dropped because the way back differs (rp_filter); IPv4 only */
};

/* The three files; opened once and read as often as needed. */
struct stack_counter_files {
    int snmp, snmp6, netstat; /* -1: not there */
};

#define STACK_COUNTER_FILES_NONE                                                                             \
    {                                                                                                        \
        -1, -1, -1                                                                                           \
    }

/* stack_counters_open() opens the files of the calling thread's namespace. */
void stack_counters_open(struct stack_counter_files *files);
void stack_counters_close(struct stack_counter_files *files);

/* stack_counters_read() leaves counters 0 that the kernel does not report. */
void stack_counters_read(const struct stack_counter_files *files, struct stack_counters *out);
