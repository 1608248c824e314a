// SPDX-License-Identifier: GPL-2.0-or-later
/* Effective capabilities of the calling thread. */
#pragma once

#include <stdbool.h>

enum privilege {
    PRIVILEGE_NET_RAW = 1 << 0,
    PRIVILEGE_NET_ADMIN = 1 << 1,
    PRIVILEGE_SYS_ADMIN = 1 << 2,
    PRIVILEGE_BPF = 1 << 3,     /* CAP_BPF, or CAP_SYS_ADMIN which includes it */
    PRIVILEGE_PERFMON = 1 << 4, /* CAP_PERFMON, or CAP_SYS_ADMIN */
};

/* privilege_missing() returns those of `wanted`, a set of enum privilege, that the thread lacks. */
unsigned privilege_missing(unsigned wanted);

/* privilege_name() is the name of one of them as users know it: "CAP_NET_RAW". */
const char *privilege_name(enum privilege privilege);
