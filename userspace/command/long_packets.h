// SPDX-License-Identifier: GPL-2.0-or-later
/* What trace and ping check of packets (`size` of struct host) that may be longer than the MTU of their path,
 * before one is sent. */
#pragma once

#include <stdbool.h>

#include "session/hosts.h"

struct long_packets {
    const struct layout_pair *layouts; /* whose headers the user did not ask for; NULL: all was asked for */
    const char *option;                /* by which the user chose the size: "-s" */
    const char *forbidding;            /* the option that forbids fragments: "-M do"; NULL: none does */
    bool discovers;                    /* routers may tell of a smaller MTU later on */
    const char *interface;             /* by which all leave; NULL: the routes decide */
};

/*
 * long_packets_check() refuses what would leave neither whole nor in fragments, and bounds `*rate`, in probes
 * a second: fragments leave like packets of their own, of which others than the network's administrators get
 * LIMITED_RATE. An exit code, after one line on stderr that begins with `command` where it is not EXIT_DONE.
 */
int long_packets_check(const char *command, const struct hosts *hosts, const struct long_packets *packets,
                       double *rate);
