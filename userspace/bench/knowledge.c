// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/knowledge.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "target/path.h"

enum {
    LINK_MEMORY = 256 << 20,
    INTERFACE_MEMORY = 256 << 20,
    DUPLICATE_MEMORY = 256 << 20,
    LINK_BYTES = 24,
    INTERFACE_BYTES = 104, /* enough to keep all of them, not only a sample */
    LATE_AFTER_US = 1000000,
};

static void forget(struct bench_knowledge *knowledge)
{
    graph_destroy(knowledge->graph);
    knowledge->graph = NULL;
    answered_free(&knowledge->answered);
    knowledge->answered = (struct answered){0};
}

/* Memory for the hop words and links of a large world. */
static uint64_t link_memory(const struct reply_mix *mix)
{
    uint64_t paths = path_count(targets_count(mix->targets), mix->flows);
    uint64_t hop_bytes = paths * (mix->max_ttl - mix->min_ttl + 1) * sizeof(uint32_t);

    return mix->world ? hop_bytes + mix->world->links * LINK_BYTES : LINK_MEMORY;
}

int bench_knowledge_renew(struct bench_knowledge *knowledge)
{
    const struct reply_mix *mix = knowledge->mix;
    uint64_t targets = targets_count(mix->targets);
    const struct graph_config graph = {
        .paths = path_count(targets, mix->flows),
        .min_ttl = mix->min_ttl,
        .max_ttl = mix->max_ttl,
        .link_memory = link_memory(mix),
        .interface_memory = mix->world ? mix->world->interfaces * INTERFACE_BYTES : INTERFACE_MEMORY,
    };

    forget(knowledge);
    knowledge->graph = graph_create(&graph);
    if (!knowledge->graph)
        return -ENOMEM;
    return answered_init(&knowledge->answered, targets, mix->flows, mix->max_ttl, DUPLICATE_MEMORY);
}

int bench_knowledge_open(struct bench_knowledge *knowledge, const struct reply_mix *mix, unsigned receivers,
                         uint64_t ring_records)
{
    *knowledge = (struct bench_knowledge){
        .mix = mix,
        .matcher = {.targets = mix->targets,
                    .min_ttl = mix->min_ttl,
                    .max_ttl = mix->max_ttl,
                    .flows = mix->flows,
                    .late_after_us = LATE_AFTER_US,
                    .clock = {.realtime_ns = clock_pair().realtime_ns}, /* times of the mix begin at 0 */
                    .answered = &knowledge->answered,
                    .allowance = &knowledge->allowance},
        .allowance = {.probes = mix->count},
        .null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC),
    };
    const struct writer_config writer = {
        .outputs = {{.fd = knowledge->null_fd, .format = &output_csv}},
        .output_count = 1,
        .producers = receivers,
        .ring_capacity = ring_records,
    };

    if (knowledge->null_fd < 0)
        return -errno;
    int error = bench_knowledge_renew(knowledge);
    if (!error)
        error = writer_start(&knowledge->writer, &writer);
    return error ? error : writer_begin(knowledge->writer, NULL);
}

void bench_knowledge_close(struct bench_knowledge *knowledge)
{
    if (knowledge->writer)
        writer_stop(knowledge->writer);
    writer_destroy(knowledge->writer);
    forget(knowledge);
    if (knowledge->null_fd >= 0)
        close(knowledge->null_fd);
}

void bench_knowledge_receiver(struct bench_knowledge *knowledge, struct receiver *receiver, unsigned number)
{
    receiver->layouts = knowledge->mix->layouts;
    receiver->matcher = &knowledge->matcher;
    receiver->writer = knowledge->writer;
    receiver->producer = number;
}
