// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a reply costs once it is in memory: decoding; decoding and matching; and all work of a receiver, with
 * a writer at the other end of its ring that formats into /dev/null. The replies lie in chunks as in a UMEM,
 * to which they were copied just before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "bench/knowledge.h"
#include "bench/replay.h"
#include "bench/target_shapes.h"

enum {
    REPLIES = 1 << 20, /* the writer's ring has room for so many: nothing is dropped */
    PASSES = 3,
};

struct bench {
    struct reply_mix mix;
    size_t replies;
    uint8_t *chunks;
    struct received_frame loaded[REPLY_MIX_LOADED];
    struct replay replay;
    struct bench_knowledge knowledge;
    struct source *sources[1];
    struct receiver receiver;
};

/* Each stage handles `count` frames and returns how many were accepted. */
typedef size_t stage(struct bench *bench, const struct received_frame *frames, size_t count);

static size_t decode(struct bench *bench, const struct received_frame *frames, size_t count)
{
    size_t accepted = 0;

    for (size_t i = 0; i < count; i++) {
        struct reply reply;

        received_frame_prefetch(frames, i, count);
        accepted += reply_decode_ethernet(&bench->mix.layouts, frames[i].data, frames[i].length, &reply) ==
                    DECODE_ACCEPTED;
    }
    return accepted;
}

/* One batch at a time, as in a receiver. */
static size_t decode_and_match(struct bench *bench, const struct received_frame *frames, size_t count)
{
    size_t accepted = 0;

    for (size_t done = 0; done < count; done += SOURCE_BATCH) {
        size_t n = count - done < SOURCE_BATCH ? count - done : SOURCE_BATCH;
        struct reply replies[SOURCE_BATCH];
        struct match_place places[SOURCE_BATCH];

        for (size_t i = 0; i < n; i++) {
            received_frame_prefetch(frames, done + i, count);
            accepted += reply_decode_ethernet(&bench->mix.layouts, frames[done + i].data,
                                              frames[done + i].length, &replies[i]) == DECODE_ACCEPTED;
        }
        for (size_t i = 0; i < n; i++)
            match_find(&bench->knowledge.matcher, &replies[i], &places[i]);
        for (size_t i = 0; i < n; i++) {
            struct match match;

            match_fill(&bench->knowledge.matcher, &replies[i], &places[i], frames[done + i].received_ns, true,
                       &match);
        }
    }
    return accepted;
}

static size_t receive(struct bench *bench, const struct received_frame *frames, size_t count)
{
    counter_t *accepted = &bench->receiver.counters.verdicts[DECODE_ACCEPTED];
    uint64_t before = counter_read(accepted);

    replay_start(&bench->replay, frames, count);
    while (receiver_step(&bench->receiver, 0) > 0)
        continue;
    return counter_read(accepted) - before;
}

/* In each pass the replies are new again. */
static void begin_anew(struct bench *bench)
{
    graph_close(bench->receiver.graph);
    bench_require(bench_knowledge_renew(&bench->knowledge) == 0, "keep a graph in memory");
    bench->receiver.graph = graph_open(bench->knowledge.graph);
}

static void wait_for_writer(const struct writer *writer, uint64_t accepted)
{
    while (writer_written(writer) + writer_dropped(writer) < accepted)
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
}

/* Runs all replies through a stage; returns nanoseconds per reply. */
static double pass(struct bench *bench, stage *run)
{
    const counter_t *received = &bench->receiver.counters.verdicts[DECODE_ACCEPTED];
    uint64_t cpu_ns = 0, accepted = 0;

    for (size_t first = 0; first < bench->replies; first += REPLY_MIX_LOADED) {
        size_t count = reply_mix_load(&bench->mix, first, bench->replies, bench->chunks, bench->loaded);
        uint64_t start = bench_cpu_ns();

        accepted += run(bench, bench->loaded, count);
        cpu_ns += bench_cpu_ns() - start;
    }
    wait_for_writer(bench->receiver.writer, counter_read(received));
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

static void prepare(struct bench *bench, const struct targets *targets, const struct layout *layout)
{
    bench->chunks = reply_chunks_map();
    bench_require(bench->chunks && reply_mix_make(&bench->mix, layout, targets, bench->replies) == 0 &&
                      bench_knowledge_open(&bench->knowledge, &bench->mix, 1, REPLIES) == 0,
                  "keep the replies in memory");
    bench_knowledge_receiver(&bench->knowledge, &bench->receiver, 0);
    replay_init(&bench->replay);
    bench->sources[0] = &bench->replay.base;
    bench->receiver.sources = bench->sources;
    bench->receiver.source_count = 1;
}

static void finish(struct bench *bench)
{
    graph_close(bench->receiver.graph);
    bench_knowledge_close(&bench->knowledge);
    reply_mix_free(&bench->mix);
    reply_chunks_unmap(bench->chunks);
    free(bench);
}

static void report(const char *name, enum layout_number layout, struct prefix_list *list, size_t replies)
{
    struct targets *targets = shape_targets(list, SHAPE_GRANULARITY, NULL);
    struct bench *bench = calloc(1, sizeof(*bench));

    bench_require(bench && targets, "keep counters in memory");
    bench->replies = replies;
    prepare(bench, targets, &layouts[layout]);
    printf("%-24s %9lu", name, (unsigned long)targets_count(targets));
    printf(" %10.1f", best(bench, decode));
    printf(" %10.1f", best(bench, decode_and_match));
    printf(" %10.1f", best(bench, receive));
    printf(" %11lu %9lu\n", (unsigned long)graph_interfaces(bench->knowledge.graph),
           (unsigned long)graph_links(bench->knowledge.graph));
    finish(bench);
    targets_destroy(targets);
}

int main(int argc, char **argv)
{
    bool quick = bench_start(argc, argv) < 100 * NS_PER_MS;
    size_t replies = quick ? REPLIES / 8 : REPLIES;
    struct prefix_list slash8 = {0}, slash32 = {0}, table = {0};

    printf("%-24s %9s %10s %10s %10s %11s %9s\n", "ns per reply", "targets", "decode", "+ match", "all",
           "interfaces", "links");
    bench_require(shape_slash8(&slash8) == 0 && shape_slash32(&slash32) == 0 &&
                      shape_routing_table(&table) == 0,
                  "keep targets in memory");
    report("a /8", LAYOUT_UDP4, &slash8, replies);
    report("a /32 of IPv6", LAYOUT_UDP6, &slash32, replies);
    report("like a routing table", LAYOUT_UDP4, &table, replies);
    return 0;
}
