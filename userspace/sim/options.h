// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of `hopwire sim …` and the keys of `--sim=…`: one table for both. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/options.h"
#include "sim/ip_ids.h"
#include "sim/kind.h"
#include "sim/line_options.h"
#include "sim/realism.h"
#include "sim_topology.h"

enum {
    SIM_AS_REALISM_SAYS = UINT32_MAX, /* stands for a share that was not given */
    SIM_QUEUES_MAX = 64,
};

struct sim_options {
    const char *topology; /* NAME or NAME:ARGUMENT, see kind.h */
    const char *file;     /* path of the topology's file; NULL: the name in `topology` is one */
    const char *realism;  /* one of sim_realism_choices() */
    uint64_t seed;
    uint32_t queues;             /* RX and TX queues of the uplink's two devices */
    uint32_t silent_permille;    /* of the routers; or SIM_AS_REALISM_SAYS */
    uint32_t answering_permille; /* of the targets; the same holds for it and all that follow */
    uint32_t balanced_permille;
    uint32_t loop_permille;
    uint32_t tunnel_permille;
    uint32_t alias_permille;
    uint32_t parting_permille;
    uint32_t alike_permille;
    uint32_t churn_permille;
    uint64_t churn_ns; /* does not change the truth */
    uint32_t long_quotation_permille;
    uint32_t middlebox_permille;
    uint32_t bogus_permille;
    uint32_t firewall_permille;
    uint32_t rate_limits;   /* 0 or 1 */
    const char *ip_ids;     /* one of sim_ip_id_choices(); NULL: as the realism sets it */
    uint32_t threaded_napi; /* 0 or 1; SIM_AS_REALISM_SAYS: the command decides */
    struct sim_line_options line;
};

/* Parses a percentage from 0 to 100, with at most one decimal, into thousandths. */
OPTION_PARSER(sim_option_share, uint32_t);

/* Parses "on" or "off" into 1 or 0. */
OPTION_PARSER(sim_option_switch, uint32_t);

#define SIM_OPTION(base, name, argument, parser, field, ...)                                                 \
    {                                                                                                        \
        name, 0, argument, OPTION_FIELD_AT(parser, base, struct sim_options, field), __VA_ARGS__             \
    }

#define SIM_SHARE(base, name, field, text)                                                                   \
    SIM_OPTION(base, name, "PERCENT", sim_option_share, field, .help = text)

/* For tables of commands whose structure has `struct sim_options` at `base`. */
#define SIM_OPTION_SPECS(base)                                                                               \
    SIM_OPTION(base, "topology", "KIND", option_text, topology, .choices = sim_kind_choices,                 \
               .help = "what the Internet is made of (default: synthetic)"),                                 \
        SIM_OPTION(base, "realism", "LEVEL", option_name, realism, .choices = sim_realism_choices,           \
                   .help = "values of the options below that are not given\n(default: " SIM_REALISM_INTERNET \
                           ")"),                                                                             \
        SIM_OPTION(base, "seed", "N", option_number64, seed, .max = INT64_MAX,                               \
                   .help = "which world (default 1)"),                                                       \
        SIM_SHARE(base, "silent", silent_permille, "routers that never answer (internet: 12, ideal: 0)"),    \
        SIM_SHARE(base, "answering", answering_permille, "targets that answer (internet: 8, ideal: 100)"),   \
        SIM_SHARE(base, "balancers", balanced_permille,                                                      \
                  "paths with a load balancer (internet: 39, ideal: 0)"),                                    \
        SIM_SHARE(base, "loops", loop_permille,                                                              \
                  "/24s without hosts to which packets go round in a loop\n(internet: 2.7, ideal: 0)"),      \
        SIM_SHARE(base, "mpls", tunnel_permille,                                                             \
                  "stretches of routers that show MPLS labels\n(internet: 50, ideal: 0)"),                   \
        SIM_SHARE(base, "aliases", alias_permille,                                                           \
                  "routers whose answering address depends on where the\nprobe came from; targets that "     \
                  "answer with an address\nof their router (internet: 5, ideal: 0)"),                        \
        SIM_SHARE(base, "parting", parting_permille,                                                         \
                  "/24s whose routes leave the others' after hop 3 and\nmeet them again at hop 7 (0)"),      \
        SIM_SHARE(base, "alike", alike_permille, "/16s with one route for all their addresses (0)"),         \
        SIM_SHARE(base, "churn", churn_permille, "/20s that get another route while a survey runs (0)"),     \
        SIM_OPTION(base, "churn-time", "TIME", option_seconds, churn_ns,                                     \
                   .help = "time after the first packet within which each of these\nchanges, at a random "   \
                           "moment (default: 10s)"),                                                         \
        SIM_SHARE(base, "long-quotations", long_quotation_permille,                                          \
                  "hops that quote 28 or 128 bytes behind the IP header,\nnot 8 (internet: 30, ideal: 0)"),  \
        SIM_SHARE(base, "middleboxes", middlebox_permille,                                                   \
                  "/24s behind a middlebox that rewrites destinations\n(internet: 0.5, ideal: 0)"),          \
        SIM_SHARE(                                                                                           \
            base, "bogus", bogus_permille,                                                                   \
            "routers whose replies have a wrong checksum or quote\ntoo little (internet: 0.2, ideal: 0)"),   \
        SIM_SHARE(base, "firewalls", firewall_permille,                                                      \
                  "targets behind a firewall that passes connections to\nports 80 and 443 only; half of "    \
                  "them Echo Requests, too\n(internet: 30, ideal: 0)"),                                      \
        SIM_OPTION(base, "rate-limits", "on|off", sim_option_switch, rate_limits,                            \
                   .help = "routers limit their errors as vendors do\n(internet: on, ideal: off)"),          \
        SIM_OPTION(base, "ip-ids", "KIND", option_name, ip_ids, .choices = sim_ip_id_choices,                \
                   .help = "IP IDs of IPv4 replies (internet: mixed, ideal: zero)"),                         \
        SIM_LINE_OPTION_SPECS((base) + offsetof(struct sim_options, line)),                                  \
        SIM_OPTION(base, "queues", "N", option_number, queues, .min = 1, .max = SIM_QUEUES_MAX,              \
                   .help = "RX and TX queues of the uplink (default: one per sender)"),                      \
        SIM_OPTION(base, "threaded-napi", "on|off", sim_option_switch, threaded_napi,                        \
                   .help = "answer in kernel threads beside the senders, many\nprobes at a time\n"           \
                           "(default: in surveys without RTTs by ring or xsk)")

extern const struct option_spec sim_option_specs[];
struct sim_options sim_options_default(void);

/* sim_options_settle() takes a relative name of the topology's file from `directory`, in which it was given. `text`
 * receives the memory of the path, NULL if it is not needed. Returns 0 or -ENOMEM. */
int sim_options_settle(struct sim_options *options, const char *directory, char **text);

/* sim_options_file() returns the file from which the topology is read; NULL if there is none. */
const char *sim_options_file(const struct sim_options *options);

/* sim_options_resolve() checks the options together and makes the parameters of the topology, which
 * sim_topology_free() (topology.h) frees. Returns 0, or a negative errno after one line on stderr, with
 * nothing to free. */
int sim_options_resolve(const struct sim_options *options, struct sim_topology *topology);

/* sim_options_line() returns the configuration of the line between host and world. */
struct sim_line_config sim_options_line(const struct sim_options *options);

/*
 * sim_options_json() returns the "sim" object of the metadata, owned by the caller: everything that
 * determines the truth, with the shares that were used; and `rtt`, which does not. Returns NULL when memory
 * is short, or if the topology or the realism is unknown. sim_options_from_json() reads it back; text values
 * borrow from `object`. Returns 0, or -EINVAL after one line on stderr, also if the object has keys that this
 * version does not know.
 */
json_t *sim_options_json(const struct sim_options *options);
int sim_options_from_json(const json_t *object, struct sim_options *options);
