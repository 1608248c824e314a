// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks trace and ping make before sending packets (`size` of struct host) that may be longer than the path
 * MTU. */
#pragma once

#include <stdbool.h>

#include "session/hosts.h"

struct long_packets {
    const struct layout_pair *layouts; /* layouts whose headers come on top of the given size; NULL: the
                                          size includes them */
    const char *option;                /* the option that gave the size: "-s" */
    const char *forbidding;            /* the option that forbids fragments: "-M do"; NULL: none does */
    bool discovers;                    /* routers may report a smaller MTU later */
    const char *interface;             /* the interface that all packets leave by; NULL: the routes decide */
};

/*
 * long_packets_check() refuses packets that could leave neither whole nor in fragments. It also limits
 * `*rate`, in probes per second: fragments count as packets, of which users who do not administer the network
 * may send LIMITED_RATE. Returns an exit code, after one line on stderr that begins with `command` if it is
 * not EXIT_DONE.
 */
int long_packets_check(const char *command, const struct hosts *hosts, const struct long_packets *packets,
                       double *rate);
