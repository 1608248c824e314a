// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire ping: one or many thousand hosts, from the first probe to the last line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host/sandbox.h"
#include "packet/tracked.h"
#include "send/tx_raw.h"
#include "session/hosts.h"
#include "session/record_file.h"
#include "session/sockets.h"

struct ping_form;

struct ping_config {
    struct sockets sockets; /* the caller's */
    const struct hosts *hosts;
    struct layout_choice layout; /* of the probes, as it is over one family (layout_pair_of()) */
    uint8_t tos, ttl;
    bool same_flow_label; /* packet/tracked.h has this and the next */
    uint32_t flow_label;
    const char *interface;       /* NULL: the routes decide */
    struct address_pair sources; /* that were asked for, or none */
    double rate;                 /* probes per second, over all hosts */
    uint64_t count;              /* probes per host, 0: without end */
    uint64_t interval_ns, wait_ns;
    uint64_t deadline_ns; /* from the start until the end of all; 0: none. With one, `count` is how many
                             answers of a host are enough */
    bool numeric, quiet, report_lost, json;
    const struct ping_form *form; /* of JSON */
    bool timestamps;              /* before each line */
    bool audible;                 /* a bell with each answer */
    bool broadcast;               /* one of the hosts is many */
    enum tx_raw_long long_packets;
    bool dont_fragment; /* all packets are marked so */
    bool by_rtt;        /* the last answers are waited for as ping(8) does (strategy/pinger.h) */
    bool alive;         /* many hosts: only whether each is there */
    bool records_only;  /* stdout is for the results */
    struct record_output records;
    struct sandbox sandbox; /* while probes are sent */
};

/* ping_run() returns the program's exit code, after one line on stderr where something was wrong: done where
 * any host answered, unusable where one could not be probed. */
int ping_run(const struct ping_config *config);
