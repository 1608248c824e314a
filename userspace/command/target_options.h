// SPDX-License-Identifier: GPL-2.0-or-later
/* Which targets there are, and which addresses are never probed: for every command that makes a survey's
 * targets. Functions that return an exit code other than EXIT_DONE have written one line on stderr that
 * begins with `command`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/options.h"
#include "engine/plan.h"
#include "target/host6.h"
#include "target/prefix_list.h"

struct target_options {
    const char *targets_file;
    struct option_list blocklists; /* files; freed by the owner of the options */
    bool allow_special, ipv4, ipv6;
    uint32_t granularity, granularity6;
    uint32_t per_prefix; /* 0: not given */
    struct host6 host6;
};

#define TARGET_OPTIONS_DEFAULT                                                                               \
    {                                                                                                        \
        .granularity = 24, .granularity6 = TARGETS_GRANULARITY6                                              \
    }

OPTION_PARSER(option_host6, struct host6);

#define TARGET_OPTION(parser, base, field) OPTION_FIELD_AT(parser, base, struct target_options, field)

/* TARGET_OPTION_SPECS() are their lines in the table of a command whose struct target_options is at `base`;
 * `whole` is the part of the help about the default without targets. */
#define TARGET_OPTION_SPECS(base, whole)                                                                     \
    {"targets", 0, "FILE", TARGET_OPTION(option_text, base, targets_file),                                   \
     .help = "prefixes and addresses, one per line; - is stdin" whole},                                      \
        {"blocklist", 'b', "FILE", TARGET_OPTION(option_list, base, blocklists),                             \
         .help =                                                                                             \
             "prefixes that are never probed, one per line;\nmay be given several times, for more files"},   \
        {"allow-special", 0, NULL, TARGET_OPTION(option_flag, base, allow_special),                          \
         .help = "also probe special-purpose ranges (private, multicast, …)"},                               \
        {"ipv4", '4', NULL, TARGET_OPTION(option_flag, base, ipv4), .help = "only IPv4 targets"},            \
        {"ipv6", '6', NULL, TARGET_OPTION(option_flag, base, ipv6), .help = "only IPv6 targets"},            \
        {"granularity",                                                                                      \
         'g',                                                                                                \
         "BITS",                                                                                             \
         TARGET_OPTION(option_number, base, granularity),                                                    \
         .min = 1,                                                                                           \
         .max = 32,                                                                                          \
         .help = "draw one host in each IPv4 block of this prefix\nlength (default: 24)"},                   \
        {"granularity6",                                                                                     \
         0,                                                                                                  \
         "BITS",                                                                                             \
         TARGET_OPTION(option_number, base, granularity6),                                                   \
         .min = 1,                                                                                           \
         .max = 128,                                                                                         \
         .help = "the same for IPv6 (default: 48)"},                                                         \
        {"per-prefix",                                                                                       \
         0,                                                                                                  \
         "N",                                                                                                \
         TARGET_OPTION(option_number, base, per_prefix),                                                     \
         .min = 1,                                                                                           \
         .max = INT32_MAX,                                                                                   \
         .help = "draw N blocks in each given IPv6 prefix\n(default: all)"},                                 \
    {                                                                                                        \
        "host6", 0, "KIND", TARGET_OPTION(option_host6, base, host6),                                        \
            .help = "the host in an IPv6 block: " HOST6_NAME_RANDOM "; " HOST6_NAME_LOW ", which is\n"       \
                    "::1; " HOST6_NAME_EUI ", as made from an Ethernet address;\n"                           \
                    "or an identifier, such as ::1234:1\n(default: " HOST6_NAME_RANDOM ")"                   \
    }

/* target_options_read() appends operands and the contents of files to two empty lists. */
int target_options_read(const char *command, const struct target_options *options, char **operands,
                        struct prefix_list *targets, struct prefix_list *blocked);

/* target_options_plan() writes into `config` how the targets are made. */
void target_options_plan(const struct target_options *options, struct plan_config *config);

/* target_options_refuse_many() reports that there are more than TARGETS_MAX. */
int target_options_refuse_many(const char *command);
