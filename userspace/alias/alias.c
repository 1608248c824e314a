// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/alias.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alias/print.h"
#include "base/clock.h"
#include "base/enum_table.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "session/confinement.h"
#include "session/session.h"
#include "session/signals.h"

enum {
    LANES = ALIAS_SOURCES * RESOLVER_PROTOCOLS,
};

/* A run and its parts. */
struct alias {
    const struct alias_config *config;
    struct resolver resolver;
    struct sweeper *sweeper;
    struct session session;
    struct signals signals;
    struct address sources[LANES];
    struct layout_pair layouts[LANES];
};

static void stop(void *context, uint64_t now_ns)
{
    struct alias *alias = context;

    (void)now_ns;
    if (signals_read(&alias->signals))
        session_stop(&alias->session);
}

static struct layout_pair layouts_of(enum resolver_protocol protocol, struct siphash_key key)
{
    static const char *const names[] = {
        [RESOLVER_ICMP] = "icmp",
        [RESOLVER_UDP] = "udp",
        [RESOLVER_TCP] = "tcp-ack", /* closed ports answer with RST, and no state remains */
    };
    ENUM_TABLE(names, RESOLVER_PROTOCOLS);
    const struct layout_choice choice = layout_choose(layout_by_name(names[protocol], FAMILY_IPV4), key);

    return layout_pair_of(&choice);
}

static void lay_out_lanes(struct alias *alias)
{
    const struct alias_list *list = alias->config->list;

    for (unsigned lane = 0; lane < list->source_count * RESOLVER_PROTOCOLS; lane++) {
        alias->sources[lane] = list->sources[lane / RESOLVER_PROTOCOLS];
        alias->layouts[lane] = layouts_of(lane % RESOLVER_PROTOCOLS, alias->config->key);
    }
}

static int open_resolver(struct alias *alias)
{
    struct alias_list *list = alias->config->list;
    const struct sweeper_config sweeper = {
        .ops = &resolver_ops,
        .context = &alias->resolver,
        .interval_ns = alias->config->interval_ns,
        .wait_ns = alias->config->wait_ns,
    };
    int error = resolver_open(&alias->resolver, &alias->config->resolver, &list->numbers, list->addresses);

    list->addresses = NULL;
    alias->sweeper = sweeper_create(&sweeper);
    if (!error && alias->sweeper)
        return EXIT_DONE;
    log_error("aliases: out of memory");
    return EXIT_FAILED;
}

static int open_session(struct alias *alias)
{
    const struct alias_config *config = alias->config;
    const struct session_config session = {
        .probes =
            {
                .layouts = layouts_of(RESOLVER_ICMP, config->key),
                .sources = alias->sources,
                .source_count = config->list->source_count * RESOLVER_PROTOCOLS,
                .lane_layouts = alias->layouts,
                .compares_ip_ids = true,
            },
        .strategy = sweeper_strategy(alias->sweeper),
        .sockets = config->sockets,
        .interface = config->interface,
        .sources = config->sources,
        .rate = config->rate,
        .long_packets = TX_RAW_REFUSED,
        .late_after_ns = config->wait_ns,
    };
    int result;

    lay_out_lanes(alias);
    result = session_open_or_say("aliases", &alias->session, &session);
    alias->session.sender.blocklist = config->blocklist;
    return result;
}

static int print(struct alias *alias)
{
    const struct alias_config *config = alias->config;
    int error = resolver_finish(&alias->resolver);

    if (!error && config->json)
        error = alias_print_json(&alias->resolver, &alias->session, stdout);
    else if (!error)
        error = alias_print_sets(&alias->resolver, stdout);
    if (!error && config->nodes)
        error = alias_print_nodes(&alias->resolver, config->nodes);
    if (error)
        log_error("aliases: out of memory");
    alias_tell(&alias->resolver);
    return error ? EXIT_FAILED : EXIT_DONE;
}

static int run(struct alias *alias)
{
    session_watch(&alias->session, alias->signals.fd, stop, alias);
    int error = session_run(&alias->session);

    if (error)
        log_error("aliases: %s", strerror(-error));
    int printed = print(alias);
    session_warn_of_losses(&alias->session);
    if (error || printed)
        return EXIT_FAILED;
    if (alias->signals.received)
        return EXIT_SIGNAL + alias->signals.received;
    return alias->session.reader_gone ? EXIT_SIGNAL + SIGPIPE : EXIT_DONE;
}

int alias_run(const struct alias_config *config)
{
    struct alias *alias = calloc(1, sizeof(*alias));

    if (!alias) {
        log_error("aliases: out of memory");
        return EXIT_FAILED;
    }
    alias->config = config;
    signals_open(&alias->signals);
    int result = session_drop("aliases", &config->sandbox);
    if (result == EXIT_DONE)
        result = open_resolver(alias);
    if (result == EXIT_DONE)
        result = open_session(alias);
    if (result == EXIT_DONE)
        result = session_confine("aliases", &config->sandbox, 0);
    if (result == EXIT_DONE)
        result = run(alias);
    else if (signals_read(&alias->signals))
        result = EXIT_SIGNAL + alias->signals.received;
    session_close(&alias->session);
    if (alias->sweeper)
        sweeper_strategy(alias->sweeper)->ops->close(sweeper_strategy(alias->sweeper));
    resolver_close(&alias->resolver);
    signals_close(&alias->signals);
    free(alias);
    return result;
}
