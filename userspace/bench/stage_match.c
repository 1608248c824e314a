// SPDX-License-Identifier: GPL-2.0-or-later
/* The stage match: receivers with replies from memory, which have the layout that a device would have
 * left. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "bench/knowledge.h"
#include "bench/replay.h"

enum {
    RING_RECORDS = 1 << 18, /* per pass */
};

struct bench_matcher {
    _Alignas(CACHE_LINE) struct receiver receiver;
    struct crew_member member;
    struct replay replay;
    struct source *sources[1];
    struct matching *matching;
    size_t next, end; /* its share of the mix, and how far it has got */
    uint8_t *chunks;
    struct received_frame *loaded;
    uint64_t replies, wall_ns, cpu_ns;
};

/* One measurement. */
struct matching {
    struct bench *bench;
    const struct reply_mix *mix;
    struct bench_knowledge knowledge;
    struct bench_matcher *matchers;
    unsigned count;
};

static void begin(void *context)
{
    struct bench_matcher *self = context;

    self->receiver.graph = graph_open(self->matching->knowledge.graph);
}

static void end(void *context)
{
    struct bench_matcher *self = context;

    graph_close(self->receiver.graph);
    self->receiver.graph = NULL;
}

/* The writer formats more slowly than records come; records without room in the rings would cost less, so
 * wait. */
static void wait_for_writer(const struct writer *writer)
{
    while (writer_filled(writer) > 0.5)
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
}

/* Matches a UMEM's worth of replies; the time of loading them is not counted. */
static int match_some(void *context)
{
    struct bench_matcher *self = context;

    wait_for_writer(self->receiver.writer);
    size_t count = reply_mix_load(self->matching->mix, self->next, self->end, self->chunks, self->loaded);
    uint64_t wall = clock_now_ns(), cpu = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);

    replay_start(&self->replay, self->loaded, count);
    while (receiver_step(&self->receiver, 0) > 0)
        continue;
    self->wall_ns += clock_now_ns() - wall;
    self->cpu_ns += clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
    self->replies += count;
    self->next += count;
    return count > 0;
}

static const struct crew_ops matcher_ops = {.begin = begin, .step = match_some, .end = end};

static int prepare(struct matching *self, unsigned number)
{
    struct bench_matcher *matcher = &self->matchers[number];

    *matcher = (struct bench_matcher){
        .matching = self,
        .member = {.ops = &matcher_ops, .context = matcher},
        .chunks = reply_chunks_map(),
        .loaded = calloc(REPLY_MIX_LOADED, sizeof(*matcher->loaded)),
    };
    bench_knowledge_receiver(&self->knowledge, &matcher->receiver, number);
    replay_init(&matcher->replay);
    matcher->sources[0] = &matcher->replay.base;
    matcher->receiver.sources = matcher->sources;
    matcher->receiver.source_count = 1;
    return matcher->chunks && matcher->loaded ? 0 : -ENOMEM;
}

static bool all_done(const struct matching *self)
{
    for (unsigned i = 0; i < self->count; i++)
        if (!atomic_load(&self->matchers[i].member.idle))
            return false;
    return true;
}

static uint64_t accepted(const struct matching *self)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < self->count; i++)
        sum += counter_read(&self->matchers[i].receiver.counters.verdicts[DECODE_ACCEPTED]);
    return sum;
}

/* As in a survey, control does this for receivers in a thread of its own. */
static int look_after(struct matching *self, uint64_t *prepare_due_ns)
{
    uint64_t now = clock_now_ns();

    if (now >= *prepare_due_ns) {
        graph_prepare(self->knowledge.graph);
        *prepare_due_ns = now + GRAPH_PREPARE_NS;
    }
    return bench_wait(self->bench, NS_PER_MS);
}

/* Matches every reply once, each as a new one. */
static int pass(struct matching *self)
{
    const struct writer *writer = self->knowledge.writer;
    size_t replies = self->mix->count;
    uint64_t prepare_due_ns = 0;
    int error = bench_knowledge_renew(&self->knowledge);

    for (unsigned i = 0; !error && i < self->count; i++) {
        struct bench_matcher *matcher = &self->matchers[i];

        matcher->next = replies * i / self->count;
        matcher->end = replies * (i + 1) / self->count;
        error = crew_start(&matcher->member, &self->bench->cpus, i);
    }
    while (!error && !all_done(self))
        error = look_after(self, &prepare_due_ns);
    for (unsigned i = 0; i < self->count; i++)
        crew_stop(&self->matchers[i].member);
    while (!error && writer_written(writer) + writer_dropped(writer) < accepted(self))
        error = bench_wait(self->bench, NS_PER_MS);
    return error;
}

static void add_up(const struct matching *self, struct bench_result *out)
{
    uint64_t replies = 0, cpu_ns = 0;

    for (unsigned i = 0; i < self->count; i++) {
        const struct bench_matcher *matcher = &self->matchers[i];

        out->pps += (double)matcher->replies * 1e9 / (double)matcher->wall_ns;
        replies += matcher->replies;
        cpu_ns += matcher->cpu_ns;
    }
    out->cpu_ns = (double)cpu_ns / (double)replies;
    out->drops = writer_dropped(self->knowledge.writer);
    out->interfaces = graph_interfaces(self->knowledge.graph);
    out->links = graph_links(self->knowledge.graph);
}

static int run(struct matching *self, struct bench_result *out)
{
    uint64_t deadline = clock_now_ns() + self->bench->turn_ns;
    int error = 0;

    for (unsigned i = 0; !error && i < self->count; i++)
        error = prepare(self, i);
    do
        error = error ? error : pass(self);
    while (!error && clock_now_ns() < deadline);
    if (!error)
        add_up(self, out);
    for (unsigned i = 0; i < self->count; i++) {
        reply_chunks_unmap(self->matchers[i].chunks);
        free(self->matchers[i].loaded);
    }
    return error;
}

int bench_measure_match(struct bench *bench, const struct bench_setting *setting, struct bench_result *out)
{
    size_t size = setting->threads * sizeof(struct bench_matcher);
    struct matching self = {
        .bench = bench,
        .mix = setting->large ? &bench->large_mix : &bench->mix,
        .matchers = aligned_alloc(CACHE_LINE, size),
        .count = setting->threads,
    };
    int error =
        self.matchers ? bench_knowledge_open(&self.knowledge, self.mix, self.count, RING_RECORDS) : -ENOMEM;

    if (!error) {
        memset(self.matchers, 0, size);
        error = run(&self, out);
    }
    if (self.matchers)
        bench_knowledge_close(&self.knowledge);
    free(self.matchers);
    return error;
}
