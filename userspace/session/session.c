// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/session.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "receive/packet_source.h"
#include "send/tx_raw.h"
#include "target/path.h"

enum {
    LINK_MEMORY = 64 << 20,
    INTERFACE_MEMORY = 64 << 20, /* more than a million interfaces */
    SECRET_OF_GRAPH = 0x6d6170,  /* separates what is derived from the key */
    /* Probes are few and their RTTs are shown to the microsecond, so each gets a clock reading of its own. */
    BATCH = 1,
    /* The time in given probes has a unit of 100 µs, in which this many can leave. */
    GIVEN_BATCH = 16,
    MOST_ANSWERS = UINT8_MAX, /* as many answers as the table counts per probe: most subnets have no more
                                 hosts */
    /* More than the answers that wait in the socket at any rate at which one host sends. */
    BATCHES_AT_ONCE = 256,
    RECORDS_AT_ONCE = 4096, /* a second at 4k/s, far longer than the writer ever sleeps */
};

static int open_graph(struct session *session, const struct session_config *config)
{
    const struct graph_config graph = {
        .paths = path_count(config->paths, config->flows),
        .min_ttl = 1,
        .max_ttl = config->max_ttl,
        .link_memory = LINK_MEMORY,
        .interface_memory = INTERFACE_MEMORY,
        .secret = siphash_u64(layout_pair_usual(&config->probes.layouts)->key, SECRET_OF_GRAPH),
    };

    if (!config->flows)
        return 0;
    session->graph = graph_create(&graph);
    session->receiver.graph = session->graph ? graph_open(session->graph) : NULL;
    return session->receiver.graph ? 0 : -ENOMEM;
}

static int open_source(struct session *session, const struct session_config *config, int fd,
                       enum address_family family, unsigned interface_index)
{
    struct source **source = &session->sources[session->source_count];
    int error = packet_source_open(source, fd, family, interface_index);

    if (error)
        return error;
    session->source_count++;
    if (config->reassemble)
        packet_source_reassemble(*source);
    return 0;
}

/* The protocol of the probes, for rules that route by it. */
static uint8_t usual_protocol(const struct session_config *config)
{
    return config->given ? PROTOCOL_UDP : layout_pair_usual(&config->probes.layouts)->layout->protocol;
}

static int open_sockets(struct session *session, const struct session_config *config)
{
    const struct sockets *sockets = &config->sockets;
    unsigned index = config->interface ? if_nametoindex(config->interface) : 0;
    const struct tx_raw_config raw = {
        .ipv4 = sockets->ipv4.out,
        .ipv6 = sockets->ipv6.out,
        .long_packets = config->long_packets,
        .interface = config->interface,
        .sources = config->sources,
        .protocol = usual_protocol(config),
        .given = config->given,
        .scopes = config->scopes,
        .scope_count = config->probes.source_count,
        .clock = config->given ? NULL : clock_now_ns,
    };

    if (config->interface && !index)
        return -ENODEV;
    int error = open_source(session, config, sockets->ipv4.in, FAMILY_IPV4, index);
    if (!error)
        error = open_source(session, config, sockets->ipv6.in, FAMILY_IPV6, index);
    session->receiver.source_count = session->source_count;
    return error ? error : tx_raw_open(&session->sender.tx, session->tracked, &raw);
}

static int open_probes(struct session *session, const struct session_config *config)
{
    *session = (struct session){.sender.strategy = config->strategy};
    if (!config->given)
        session->tracked = tracked_create(&config->probes);
    if (!config->strategy)
        session->fleet = fleet_create();
    if (session->fleet)
        session->sender.strategy = fleet_strategy(session->fleet);
    return session->sender.strategy && (config->given || session->tracked) ? 0 : -ENOMEM;
}

int session_open(struct session *session, const struct session_config *config)
{
    int error = open_probes(session, config);

    if (error)
        return error;
    session->sender.batch = config->given ? GIVEN_BATCH : BATCH;
    session->sender.prompt = true;
    pacer_init(&session->sender.pacer, config->rate, clock_now_ns());
    session->matcher = (struct matcher){
        .flows = config->flows,
        .late_after_us = (uint32_t)(config->late_after_ns / NS_PER_US),
        .round_probes = config->round_probes,
        .sized = config->sized,
        .tracked_answers = config->many_answer ? MOST_ANSWERS : 0,
    };
    session->receiver = (struct receiver){
        .tracked = session->tracked,
        .given = config->given,
        .matcher = &session->matcher,
        .listener = session->sender.strategy->ops->reply ? session->sender.strategy : NULL,
        .sources = session->sources,
    };

    error = open_sockets(session, config);
    if (!error)
        sender_open(&session->sender);
    return error ? error : open_graph(session, config);
}

int session_start_records(const char *command, struct session *session, struct record_file *file)
{
    const struct writer_config config = {.producers = 1, .ring_capacity = RECORDS_AT_ONCE};
    int result = record_file_start(command, file, &config);

    session->receiver.writer = file->writer;
    return result;
}

int session_open_or_say(const char *command, struct session *session, const struct session_config *config)
{
    int error = session_open(session, config);

    if (error)
        log_error("%s: cannot open its sockets: %s", command, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

void session_close(struct session *session)
{
    struct tx_totals totals;

    if (session->sender.tx)
        session->sender.tx->ops->close(session->sender.tx, &totals);
    for (unsigned i = 0; i < session->source_count; i++)
        session->sources[i]->ops->close(session->sources[i]);
    if (session->receiver.graph)
        graph_close(session->receiver.graph);
    graph_destroy(session->graph);
    tracked_free(session->tracked);
    if (session->fleet)
        fleet_strategy(session->fleet)->ops->close(fleet_strategy(session->fleet));
    *session = (struct session){0};
}

void session_watch(struct session *session, int fd, void (*ready)(void *context, uint64_t now_ns),
                   void *context)
{
    session->watches[session->watch_count++] = (struct session_watch){fd, ready, context};
}

void session_unwatch(struct session *session, int fd)
{
    for (unsigned i = 0; i < session->watch_count; i++)
        if (session->watches[i].fd == fd)
            session->watches[i].fd = -1;
}

/* poll(2) ignores negative descriptors. */
void session_mute(struct session *session, int fd, bool muted)
{
    for (unsigned i = 0; i < session->watch_count; i++)
        if (session->watches[i].fd == (muted ? fd : ~fd))
            session->watches[i].fd = muted ? ~fd : fd;
}

void session_stop(struct session *session)
{
    session->stopped = true;
}

static void serve_watches(struct session *session, const struct pollfd *polled)
{
    for (unsigned i = 0; i < session->watch_count; i++)
        if (polled[i].revents)
            session->watches[i].ready(session->watches[i].context, clock_now_ns());
}

/* Waits for something to do, at most until `due_ns`. */
static int wait_until(struct session *session, uint64_t due_ns)
{
    struct pollfd polled[SESSION_WATCHES + SESSION_SOURCES + 1];
    uint64_t now = clock_now_ns(), wait = due_ns > now ? due_ns - now : 0;
    const struct timespec timeout = {(time_t)(wait / NS_PER_S), (long)(wait % NS_PER_S)};
    unsigned count = 0;

    for (; count < session->watch_count; count++)
        polled[count] = (struct pollfd){.fd = session->watches[count].fd, .events = POLLIN};
    for (unsigned i = 0; i < session->source_count; i++)
        polled[count++] = (struct pollfd){.fd = packet_source_fd(session->sources[i]), .events = POLLIN};
    polled[count] = (struct pollfd){.fd = STDOUT_FILENO}; /* wakes the loop when the reader of stdout goes */
    int ready = ppoll(polled, count + 1, due_ns == UINT64_MAX ? NULL : &timeout, NULL);
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    session->reader_gone = polled[count].revents != 0;
    serve_watches(session, polled);
    return 0;
}

static uint64_t next_due(struct session *session, int state, uint64_t now_ns)
{
    uint64_t due = session->idle ? session->idle(session->idle_context, now_ns) : UINT64_MAX;
    uint64_t sending =
        state == SENDER_BUSY || state == SENDER_FULL ? 0 : sender_next_due(&session->sender, now_ns);

    return sending < due ? sending : due;
}

/* A program behind a pipe may stop reading early, and disks may be full. */
static void look_for_readers(struct session *session)
{
    const struct writer *writer = session->receiver.writer;

    if (session->reader_gone || ferror(stdout) || (writer && writer_error(writer)))
        session_stop(session);
}

/* Receives before any probe is given up, because an answer may have waited in the socket for longer than the
 * time limit of its probe. The number of batches is limited, so that a flood of packets cannot keep this host
 * from sending. */
static void receive_all(struct session *session)
{
    for (int i = 0; i < BATCHES_AT_ONCE && receiver_step(&session->receiver, clock_now_ns()) > 0; i++)
        continue;
}

int session_run(struct session *session)
{
    int error = 0;

    session->matcher.clock = clock_pair();
    while (!error && !session->stopped) {
        receive_all(session);

        uint64_t now = clock_now_ns();
        int state = sender_step(&session->sender, now);
        uint64_t due = next_due(session, state, now);

        if (state < 0 || state == SENDER_DONE)
            return state < 0 ? state : 0;
        error = wait_until(session, due);
        look_for_readers(session);
    }
    return error;
}

void session_totals(const struct session *session, struct session_totals *out)
{
    const struct tx *tx = session->sender.tx;

    *out = (struct session_totals){
        .sent = counter_read(&tx->counters.sent),
        .unsent = counter_read(&tx->counters.dropped),
        .unsent_error = tx_raw_error(tx),
        .answers = counter_read(&session->receiver.counters.verdicts[DECODE_ACCEPTED]),
        .excess = counter_read(&session->receiver.counters.verdicts[DECODE_EXCESS]),
    };
    for (unsigned i = 0; i < session->source_count; i++) {
        struct source_losses losses = {0};

        session->sources[i]->ops->losses(session->sources[i], &losses);
        out->lost += losses.ring_full;
    }
    for (int i = 0; i < DECODE_REJECTIONS; i++)
        out->rejected += counter_read(&session->receiver.counters.verdicts[i]);
}

void session_warn_of_losses(const struct session *session)
{
    struct session_totals totals;

    session_totals(session, &totals);
    if (totals.unsent)
        log_warning("%llu probe%s could not be sent: %s", (unsigned long long)totals.unsent,
                    plural(totals.unsent), strerror(-totals.unsent_error));
    if (totals.excess)
        log_warning("%llu answer%s not counted: probes cannot get so many", (unsigned long long)totals.excess,
                    plural_form(totals.excess, " was", "s were"));
    if (totals.lost)
        log_warning("%llu repl%s lost in this host's socket: lower --rate", (unsigned long long)totals.lost,
                    plural_form(totals.lost, "y was", "ies were"));
}
