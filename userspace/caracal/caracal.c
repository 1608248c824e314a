// SPDX-License-Identifier: GPL-2.0-or-later
#include "caracal/caracal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "caracal/caracal_log.h"
#include "knowledge/answered.h"
#include "output/caracal_csv.h"
#include "session/confinement.h"
#include "session/record_file.h"
#include "session/session.h"
#include "session/signals.h"

enum {
    /* 0.3 s of replies at 200,000 per second. If fewer, a reader that pauses causes losses at high rates. */
    RECORDS = 1 << 16,
    /* Up to this many lines that are no probes are reported one by one; a whole file of another format is
     * not. */
    MOST_REFUSALS = 20,
    REFUSED_SHOWN = 80, /* bytes of such a line */
};

/* Time between two readings of the wall clock, which may be set during a run of days. */
#define CLOCK_NS (1 * NS_PER_S)

/* A run and its parts. */
struct caracal {
    const struct caracal_config *config;
    struct given given;
    struct stream *stream;
    struct session session;
    struct signals signals;
    struct caracal_csv format;
    struct record_output output;
    struct record_file replies;
    uint64_t started_ns, paired_ns, told_ns;
};

static void tell_refused(void *context, uint64_t line, const char *text, size_t length, const char *why)
{
    const struct caracal *caracal = context;

    if (stream_counters(caracal->stream)->refused <= MOST_REFUSALS)
        log_warning("caracal: stdin, line %llu: '%.*s': %s", (unsigned long long)line,
                    (int)(length < REFUSED_SHOWN ? length : REFUSED_SHOWN), text, why);
}

static struct caracal_figures figures_of(const struct caracal *caracal)
{
    return (struct caracal_figures){
        .session = &caracal->session,
        .stream = caracal->stream,
        .writer = caracal->replies.writer,
        .started_ns = caracal->started_ns,
        .rate = caracal->config->rate,
    };
}

/* Readers judge the age of replies by their own clock, so this clock follows it. The start time of the run is
 * not changed. */
static void follow_clock(struct caracal *caracal)
{
    struct clock_pairing *clock = &caracal->session.matcher.clock;
    const struct clock_pairing now = clock_pair();

    clock->realtime_ns = clock_to_realtime_ns(&now, clock->monotonic_ns);
}

static uint64_t idle(void *context, uint64_t now_ns)
{
    struct caracal *caracal = context;

    session_mute(&caracal->session, STDIN_FILENO, !stream_waits(caracal->stream));
    if (now_ns - caracal->paired_ns >= CLOCK_NS) {
        follow_clock(caracal);
        caracal->paired_ns = now_ns;
    }
    if (now_ns - caracal->told_ns >= CARACAL_TELL_NS) {
        const struct caracal_figures figures = figures_of(caracal);

        caracal_tell(&figures, now_ns);
        caracal->told_ns = now_ns;
    }
    return caracal->paired_ns + CLOCK_NS;
}

static void stop(void *context, uint64_t now_ns)
{
    struct caracal *caracal = context;

    (void)now_ns;
    if (signals_read(&caracal->signals))
        session_stop(&caracal->session);
}

/* The strategy reads the input when probes may leave. */
static void input_came(void *context, uint64_t now_ns)
{
    (void)context, (void)now_ns;
}

static int open_probes(struct caracal *caracal)
{
    const struct caracal_config *config = caracal->config;
    const struct stream_config stream = {
        .input = STDIN_FILENO,
        .copies = config->copies,
        .most = config->most,
        .linger_ns = config->linger_ns,
        .min_ttl = config->min_ttl,
        .max_ttl = config->max_ttl,
        .excluded = config->excluded,
        .included = config->included,
        .ipv4 = !address_is_none(config->sources.ipv4),
        .ipv6 = !address_is_none(config->sources.ipv6),
        .refused = tell_refused,
        .context = caracal,
    };
    int error = given_open(&caracal->given, config->key, &config->sources);

    /* Packets of one line that leave in the same unit of time are identical. */
    caracal->given.most = config->copies * ANSWERS_MOST < CELL_NO_LIMIT ? config->copies * ANSWERS_MOST : 0;
    caracal->given.unproven = config->unproven;
    caracal->stream = stream_create(&stream);
    if (error || !caracal->stream)
        log_error("caracal: out of memory");
    return error || !caracal->stream ? EXIT_FAILED : EXIT_DONE;
}

static int open_session(struct caracal *caracal)
{
    const struct caracal_config *config = caracal->config;
    const struct session_config session = {
        .given = &caracal->given,
        .strategy = stream_strategy(caracal->stream),
        .sockets = config->sockets,
        .interface = config->interface,
        .sources = config->asked_sources,
        .rate = config->rate,
        .long_packets = TX_RAW_REFUSED,
        .late_after_ns = UINT32_MAX * NS_PER_US,
    };
    const struct writer_config writer = {.producers = 1, .ring_capacity = RECORDS};
    int result = session_open_or_say("caracal", &caracal->session, &session);

    if (result == EXIT_DONE)
        result = record_file_start("caracal", &caracal->replies, &writer);
    caracal->session.receiver.writer = caracal->replies.writer;
    return result;
}

static void watch(struct caracal *caracal)
{
    caracal->session.idle = idle;
    caracal->session.idle_context = caracal;
    caracal->started_ns = caracal->paired_ns = caracal->told_ns = clock_now_ns();
    session_watch(&caracal->session, caracal->signals.fd, stop, caracal);
    session_watch(&caracal->session, STDIN_FILENO, input_came, caracal);
}

static int run(struct caracal *caracal)
{
    const struct caracal_figures figures = figures_of(caracal);
    int error = session_run(&caracal->session);

    if (!error)
        error = stream_error(caracal->stream);
    if (error)
        log_error("caracal: %s", strerror(-error));
    int written = record_file_finish("caracal", &caracal->replies);
    caracal_tell(&figures, clock_now_ns());
    caracal_tell_end(&figures);
    if (written || error)
        return written ? written : EXIT_FAILED;
    if (caracal->signals.received)
        return EXIT_SIGNAL + caracal->signals.received;
    return caracal->session.reader_gone ? EXIT_SIGNAL + SIGPIPE : EXIT_DONE;
}

static int set_up(struct caracal *caracal)
{
    int result = open_probes(caracal);

    if (result == EXIT_DONE)
        result = record_file_open("caracal", &caracal->replies, &caracal->output);
    if (result == EXIT_DONE)
        result = session_drop("caracal", &caracal->config->sandbox);
    if (result == EXIT_DONE)
        result = open_session(caracal);
    if (result == EXIT_DONE)
        result = record_file_begin("caracal", &caracal->replies, NULL);
    if (result == EXIT_DONE)
        result = session_confine("caracal", &caracal->config->sandbox, 0);
    return result;
}

int caracal_run(const struct caracal_config *config)
{
    struct caracal caracal = {
        .config = config,
        .format = caracal_csv_of(config->round, config->seconds),
    };

    caracal.output =
        (struct record_output){.places = {{.path = "-", .format = &caracal.format.format}}, .count = 1};
    signals_open(&caracal.signals);
    int result = set_up(&caracal);
    if (result == EXIT_DONE) {
        watch(&caracal);
        result = run(&caracal);
    } else if (signals_read(&caracal.signals)) {
        result = EXIT_SIGNAL + caracal.signals.received;
    }
    session_close(&caracal.session);
    record_file_close(&caracal.replies);
    if (caracal.stream)
        stream_strategy(caracal.stream)->ops->close(stream_strategy(caracal.stream));
    given_close(&caracal.given);
    signals_close(&caracal.signals);
    return result;
}
