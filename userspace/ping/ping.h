// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire ping: pings one or thousands of hosts, from the first probe to the last line. */
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
    struct sockets sockets; /* owned by the caller */
    const struct hosts *hosts;
    struct layout_choice layout; /* of the probes, as for one family: layout_pair_of() gives both */
    uint8_t tos, ttl;
    bool same_flow_label; /* this and the next: see packet/tracked.h */
    uint32_t flow_label;
    const char *interface;       /* NULL: the routes decide */
    struct address_pair sources; /* the ones asked for, or none */
    double rate;                 /* probes per second, over all hosts */
    uint64_t count;              /* probes per host; 0: without end */
    uint64_t interval_ns, wait_ns;
    uint64_t deadline_ns; /* from the start to the end of the whole run; 0: none. With a deadline, `count`
                             is how many answers of a host are enough */
    bool numeric, quiet, report_lost, json;
    const struct ping_form *form; /* of the JSON lines */
    bool timestamps;              /* before each line */
    bool audible;                 /* a bell with each answer */
    bool broadcast;               /* one of the hosts is a broadcast or multicast address */
    enum tx_raw_long long_packets;
    bool dont_fragment; /* set in all packets */
    bool by_rtt;        /* waits for the last answers as ping(8) does (strategy/pinger.h) */
    bool alive;         /* many hosts: shows only whether each one answers */
    bool records_only;  /* stdout is reserved for the results */
    struct record_output records;
    struct sandbox sandbox; /* while probes are sent */
};

/* ping_run() returns the program's exit code, after one line on stderr if something was wrong: EXIT_DONE if
 * any host answered, EXIT_UNUSABLE if one could not be probed. */
int ping_run(const struct ping_config *config);
