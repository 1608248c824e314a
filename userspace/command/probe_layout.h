// SPDX-License-Identifier: GPL-2.0-or-later
/* --probe and --port: the layout of probes, for every command that crafts or simulates them. */
#pragma once

#include "base/number.h"
#include "base/options.h"
#include "packet/layout.h"

struct probe_options {
    const char *name; /* one of layout_choices(); NULL: the default */
    uint32_t port;    /* 0: the layout's default */
};

/* PROBE_OPTION_SPECS() are their lines in the table of a command whose struct probe_options is at `base`. */
#define PROBE_OPTION_SPECS(base)                                                                             \
    {"probe",                                                                                                \
     0,                                                                                                      \
     "NAME",                                                                                                 \
     OPTION_FIELD_AT(option_name, base, struct probe_options, name),                                         \
     .choices = layout_choices,                                                                              \
     .help = "kind of probes (default: udp)"},                                                               \
    {                                                                                                        \
        "port", 0, "N", OPTION_FIELD_AT(option_number, base, struct probe_options, port),                    \
            .min = 1, .max = PORT_MAX,                                                                       \
            .help = "destination port; with udp that of flow 0, further\nflows use the following ports "     \
                    "(default: " NUMBER_TEXT(PORT_TRACEROUTE) ", by tcp " NUMBER_TEXT(PORT_HTTP) ")"         \
    }

/* command_choose_layout() finds the given layout, over IPv4 (layout_pair_of()), and checks whether it can
 * carry `flows` flows. The caller sets the key. Returns EXIT_DONE, or EXIT_UNUSABLE after one line on
 * stderr. */
int command_choose_layout(const char *command, const struct probe_options *options, unsigned flows,
                          struct layout_choice *out);
