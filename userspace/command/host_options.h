// SPDX-License-Identifier: GPL-2.0-or-later
/* Options shared by trace and ping, the commands about hosts. All functions return an exit code, after one
 * line on stderr that begins with `command` if something is wrong. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/number.h"
#include "base/options.h"
#include "command/output_options.h"
#include "command/sandbox_options.h"
#include "packet/layout.h"
#include "protocol.h"
#include "session/hosts.h"

#define HOST_PORT_HELP                                                                                       \
    "destination port (default: UDP " NUMBER_TEXT(PORT_TRACEROUTE) " + flow, TCP " NUMBER_TEXT(PORT_HTTP) ")"

/* HOST_PROBE_OPTION_SPEC() is the line of --probe in the table of a command whose struct host_options is at
 * `base`. */
#define HOST_PROBE_OPTION_SPEC(base)                                                                         \
    {                                                                                                        \
        "probe", 0, "NAME", OPTION_FIELD_AT(option_name, base, struct host_options, probe),                  \
            .choices = layout_choices, .help = "kind of probes, by its name in surveys"                      \
    }

/* Flow labels (RFC 6437) are derived from target and flow, like the other fields that routers hash. */
#define HOST_OWN_LABELS      UINT64_MAX
#define HOST_FLOW_LABEL_MOST 0xfffff
#define HOST_FLOW_LABEL_HELP "flow label of IPv6 probes (default: each flow has its\nown)"

struct host_options {
    bool ipv4, ipv6, icmp, tcp, udp;
    const char *probe; /* one of layout_choices(); NULL: not given */
    const char *targets_file, *interface;
    struct output_options records;
    struct sandbox_options sandbox;
    bool broadcast; /* struct hosts_config describes this and the next */
    const char *broadcast_hint;
    struct address_pair sources; /* or none */
    uint32_t port;               /* 0: not given */
    uint64_t flow_label;         /* HOST_OWN_LABELS: not given */
};

/* host_options_hosts() resolves operands and the file of targets, and asks the kernel for the way of
 * probes to each. A host that cannot be probed is reported and left out; if no host remains, returns
 * EXIT_UNUSABLE. */
int host_options_hosts(const char *command, const struct host_options *options,
                       const struct layout_choice *layout, char **operands, struct hosts *hosts);

/*
 * host_options_allowed() refuses what only administrators of the network (host/privilege.h) may do, who could
 * do it anyway: probes from addresses that are not this host's, and more than LIMITED_RATE probes per second.
 * Other users may run the program because of setcap(8), and share the network.
 */
int host_options_allowed(const char *command, const struct host_options *options, double rate);

enum {
    LIMITED_RATE = 10000, /* packets; about 7 Mbit/s of usual probes; ten times the default */
};

/* host_options_layout() finds the given layout, or the one named `usual` if none was given, over IPv4
 * (layout_pair_of()), and its port. The caller sets the key. */
int host_options_layout(const char *command, const struct host_options *options, const char *usual,
                        struct layout_choice *out);
