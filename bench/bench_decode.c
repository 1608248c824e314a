// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply costs once it is in memory: decoded; decoded and matched; and all that a receiver does with
 * it, with a writer that formats into /dev/null on the other side of its ring. The replies lie in chunks as
 * in a UMEM, copied there just before.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "engine/receiver.h"
#include "reply_mix.h"
#include "target_shapes.h"

enum {
    REPLIES = 1 << 20,
    PASSES = 3,
    LINK_MEMORY = 256 << 20,
    DUPLICATE_MEMORY = 256 << 20,
    LATE_AFTER_US = 1000000,
};

/* Hands out the replies of a mix. */
struct replay {
    struct source base;
    const struct received_frame *next, *end;
};

struct bench {
    struct reply_mix mix;
    size_t replies;
    struct received_frame loaded[REPLY_MIX_LOADED];
    struct replay replay;
    struct answered answered;
    struct matcher matcher;
    struct graph *graph;
    struct receiver receiver;
};

static size_t replay_receive(struct source *source, struct received_frame out[SOURCE_BATCH])
{
    struct replay *self = (struct replay *)source;
    size_t left = (size_t)(self->end - self->next), count = left < SOURCE_BATCH ? left : SOURCE_BATCH;

    memcpy(out, self->next, count * sizeof(*out));
    self->next += count;
    return count;
}

static void replay_release(struct source *source, size_t count)
{
    (void)source;
    (void)count;
}

static const struct source_ops replay_ops = {.receive = replay_receive, .release = replay_release};

/* Each stage handles `count` frames and returns how many were accepted. */
typedef size_t stage(struct bench *bench, const struct received_frame *frames, size_t count);

static size_t decode(struct bench *bench, const struct received_frame *frames, size_t count)
{
    size_t accepted = 0;

    for (size_t i = 0; i < count; i++) {
        struct reply reply;

        received_frame_prefetch(frames, i, count);
        accepted += reply_decode_ethernet(bench->mix.key, frames[i].data, frames[i].length, &reply) ==
                    DECODE_ACCEPTED;
    }
    return accepted;
}

/* A batch at a time, as a receiver does it. */
static size_t decode_and_match(struct bench *bench, const struct received_frame *frames, size_t count)
{
    size_t accepted = 0;

    for (size_t done = 0; done < count; done += SOURCE_BATCH) {
        size_t n = count - done < SOURCE_BATCH ? count - done : SOURCE_BATCH;
        struct reply replies[SOURCE_BATCH];
        uint64_t targets[SOURCE_BATCH];

        for (size_t i = 0; i < n; i++) {
            received_frame_prefetch(frames, done + i, count);
            accepted += reply_decode_ethernet(bench->mix.key, frames[done + i].data, frames[done + i].length,
                                              &replies[i]) == DECODE_ACCEPTED;
        }
        for (size_t i = 0; i < n; i++)
            match_find(&bench->matcher, &replies[i], &targets[i]);
        for (size_t i = 0; i < n; i++) {
            struct match match;

            match_fill(&bench->matcher, &replies[i], targets[i], frames[done + i].received_ns, true, &match);
        }
    }
    return accepted;
}

static size_t receive(struct bench *bench, const struct received_frame *frames, size_t count)
{
    counter_t *accepted = &bench->receiver.counters.verdicts[DECODE_ACCEPTED];
    uint64_t before = counter_read(accepted);

    bench->replay.next = frames;
    bench->replay.end = frames + count;
    while (receiver_step(&bench->receiver, 0) > 0)
        continue;
    return counter_read(accepted) - before;
}

static void forget(struct bench *bench)
{
    graph_close(bench->receiver.graph);
    graph_destroy(bench->graph);
    answered_free(&bench->answered);
}

/* Each pass finds its replies new. */
static void begin_anew(struct bench *bench)
{
    const struct targets *targets = bench->matcher.targets;
    const struct graph_config graph = {
        .paths = targets_count(targets) * bench->mix.flows,
        .min_ttl = bench->mix.min_ttl,
        .max_ttl = bench->mix.max_ttl,
        .link_memory = LINK_MEMORY,
    };

    forget(bench);
    bench->graph = graph_create(&graph);
    bench_require(bench->graph && answered_init(&bench->answered, targets_count(targets), bench->mix.flows,
                                                DUPLICATE_MEMORY) == 0,
                  "keep a graph in memory");
    bench->receiver.graph = graph_open(bench->graph);
}

static void wait_for_writer(const struct writer *writer, uint64_t accepted)
{
    while (writer_written(writer) + writer_dropped(writer) < accepted)
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
}

/* Runs all replies through a stage; returns nanoseconds a reply. */
static double pass(struct bench *bench, stage *run)
{
    const counter_t *received = &bench->receiver.counters.verdicts[DECODE_ACCEPTED];
    uint64_t cpu_ns = 0, accepted = 0;

    for (size_t first = 0; first < bench->replies; first += REPLY_MIX_LOADED) {
        size_t count = reply_mix_load(&bench->mix, first, bench->loaded);
        uint64_t start = bench_cpu_ns();

        accepted += run(bench, bench->loaded, count);
        cpu_ns += bench_cpu_ns() - start;
        /* The writer's ring holds one load: nothing is dropped. */
        wait_for_writer(bench->receiver.writer, counter_read(received));
    }
    bench_require(accepted == bench->replies, "recognize every reply");
    return (double)cpu_ns / (double)bench->replies;
}

static double best(struct bench *bench, stage *run)
{
    double ns = 0;

    for (int i = 0; i < PASSES; i++) {
        begin_anew(bench);
        double took = pass(bench, run);

        ns = i && ns < took ? ns : took;
    }
    return ns;
}

static void prepare(struct bench *bench, const struct targets *targets)
{
    const struct writer_config writer = {
        .fd = open("/dev/null", O_WRONLY | O_CLOEXEC),
        .format = &output_csv,
        .producers = 1,
        .ring_capacity = REPLY_MIX_LOADED,
    };
    static struct source *sources[1];

    reply_mix_make(&bench->mix, targets, bench->replies);
    bench->matcher = (struct matcher){
        .targets = targets,
        .min_ttl = bench->mix.min_ttl,
        .max_ttl = bench->mix.max_ttl,
        .flows = bench->mix.flows,
        .late_after_us = LATE_AFTER_US,
        .clock = clock_pair(),
        .answered = &bench->answered,
    };
    bench->replay.base.ops = &replay_ops;
    sources[0] = &bench->replay.base;
    bench->receiver.key = bench->mix.key;
    bench->receiver.matcher = &bench->matcher;
    bench->receiver.sources = sources;
    bench->receiver.source_count = 1;
    bench_require(writer_start(&bench->receiver.writer, &writer) == 0, "write to /dev/null");
}

static void finish(struct bench *bench)
{
    forget(bench);
    writer_stop(bench->receiver.writer);
    writer_destroy(bench->receiver.writer);
    reply_mix_free(&bench->mix);
    free(bench);
}

static void report(const char *name, struct prefix_list *list, size_t replies)
{
    struct targets *targets = shape_targets(list, NULL);
    struct bench *bench = calloc(1, sizeof(*bench));

    bench_require(bench, "keep counters in memory");
    bench->replies = replies;
    prepare(bench, targets);
    printf("%-24s %9lu", name, (unsigned long)targets_count(targets));
    printf(" %10.1f", best(bench, decode));
    printf(" %10.1f", best(bench, decode_and_match));
    printf(" %10.1f", best(bench, receive));
    printf(" %11lu %9lu\n", (unsigned long)graph_interfaces(bench->graph),
           (unsigned long)graph_links(bench->graph));
    finish(bench);
    targets_destroy(targets);
}

int main(int argc, char **argv)
{
    bool quick = bench_start(argc, argv) < 100 * NS_PER_MS;
    struct prefix_list slash8 = {0}, table = {0};

    bench_pin();
    printf("%-24s %9s %10s %10s %10s %11s %9s\n", "ns a reply", "targets", "decode", "+ match", "all",
           "interfaces", "links");
    shape_slash8(&slash8);
    report("a /8", &slash8, quick ? REPLIES / 8 : REPLIES);
    shape_routing_table(&table);
    report("like a routing table", &table, quick ? REPLIES / 8 : REPLIES);
    return 0;
}
