// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stage rx: the far end of a veth pair repeats a reply as fast as live frames can be sent. This end does
 * all that a survey does with it: reply filter, AF_XDP, decode, match, graph, writer. The rate counts replies
 * that passed all of this; lost ones are counted where they were lost. Replies that the device refused never
 * arrived, and are not counted. Since it is always the same reply, answers are not remembered.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "bench/knowledge.h"
#include "host/netns.h"
#include "xdp/socket.h"
#include "xdp/xdp_filter.h"

enum {
    RING_RECORDS = 1 << 18,
    WARM_UP_NS = 100000000,
};

struct bench_receiver {
    _Alignas(CACHE_LINE) struct receiver receiver;
    struct crew_member member;
    struct receiving *receiving;
    struct tx *generator; /* the sender that fills its queue */
};

/* One measurement. */
struct receiving {
    struct bench *bench;
    const struct bench_device *device;
    struct bench_knowledge knowledge;
    struct xdp_filter *filter;
    struct source **sources; /* one per queue of the device */
    unsigned source_count;
    struct bench_receiver *receivers;
    unsigned count;
};

struct reading {
    uint64_t replies, wall_ns, cpu_ns;
};

static void begin(void *context)
{
    struct bench_receiver *self = context;

    self->receiver.graph = graph_open(self->receiving->knowledge.graph);
}

static int receive(void *context)
{
    struct bench_receiver *self = context;

    return receiver_step(&self->receiver, clock_now_ns()) > 0;
}

static void end(void *context)
{
    struct bench_receiver *self = context;

    graph_close(self->receiver.graph);
    self->receiver.graph = NULL;
}

static const struct crew_ops receiver_ops = {.begin = begin, .step = receive, .end = end};

static int open_socket(struct receiving *self, unsigned queue)
{
    const struct xdp_socket_config config = {.interface = self->device->link.name, .queue = queue};
    int error = xdp_socket_open(&self->sources[queue], &config);

    if (error)
        return error;
    self->source_count++;
    return xdp_filter_set_socket(self->filter, queue, xdp_socket_fd(self->sources[queue]));
}

static int open_sockets(struct receiving *self)
{
    unsigned queues = self->device->link.rx_queues;
    int error = 0;

    self->sources = calloc(queues, sizeof(struct source *));
    if (!self->sources)
        return -ENOMEM;
    for (unsigned queue = 0; !error && queue < queues; queue++)
        error = open_socket(self, queue);
    return error;
}

static int open_way_in(struct receiving *self)
{
    const struct link_info *link = &self->device->link;
    int error = xdp_filter_open(&self->filter, &self->bench->mix.layouts, link->rx_queues, CELL_NO_LIMIT);

    if (!error)
        error = xdp_filter_attach(self->filter, link->index, XDP_MODE_NATIVE);
    return error ? error : open_sockets(self);
}

static void prepare_receiver(struct receiving *self, unsigned number)
{
    struct bench_receiver *receiver = &self->receivers[number];
    unsigned first = number * self->source_count / self->count;

    receiver->receiving = self;
    receiver->member = (struct crew_member){.ops = &receiver_ops, .context = receiver};
    bench_knowledge_receiver(&self->knowledge, &receiver->receiver, number);
    receiver->receiver.sources = self->sources + first;
    receiver->receiver.source_count = (number + 1) * self->source_count / self->count - first;
}

/* A generator's CPU determines the queue that it sends to. */
static int start_generator(struct receiving *self, unsigned number)
{
    const struct received_frame *reply = &self->bench->mix.frames[0];
    const struct frame_template nothing = {.layout = self->bench->config->layout};
    const struct tx_config config = {
        .interface_index = self->device->far_link.index,
        .frame = &nothing,
        .constant = {.frame = reply->data, .length = reply->length},
    };

    crew_pin(&self->bench->cpus, self->count + number);
    int error = tx_live.open(&self->receivers[number].generator, &config);
    crew_unpin(&self->bench->cpus);
    return error;
}

static int start_generators(struct receiving *self)
{
    int error = netns_enter(self->device->far_netns);

    for (unsigned i = 0; !error && i < self->count; i++)
        error = start_generator(self, i);
    int back = netns_enter(self->device->netns);
    return error ? error : back;
}

static void stop_generators(struct receiving *self)
{
    struct tx_totals totals;

    for (unsigned i = 0; i < self->count; i++)
        if (self->receivers[i].generator)
            self->receivers[i].generator->ops->close(self->receivers[i].generator, &totals);
}

static void read_all(const struct receiving *self, struct reading *out)
{
    *out = (struct reading){
        .wall_ns = clock_now_ns(),
        .cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID),
    };
    for (unsigned i = 0; i < self->count; i++)
        out->replies += counter_read(&self->receivers[i].receiver.counters.verdicts[DECODE_ACCEPTED]);
}

static int measure_rate(struct receiving *self, struct bench_result *out)
{
    struct reading before, after;
    int error = bench_wait(self->bench, WARM_UP_NS);

    read_all(self, &before);
    if (!error)
        error = bench_wait(self->bench, self->bench->turn_ns);
    read_all(self, &after);
    if (error)
        return error;

    double replies = (double)(after.replies - before.replies);
    out->pps = replies * 1e9 / (double)(after.wall_ns - before.wall_ns);
    out->cpu_ns = replies > 0 ? (double)(after.cpu_ns - before.cpu_ns) / replies : 0;
    return 0;
}

static int count_losses(const struct receiving *self, struct bench_result *out)
{
    for (unsigned i = 0; i < self->source_count; i++) {
        struct source_losses losses;
        int error = self->sources[i]->ops->losses(self->sources[i], &losses);

        if (error)
            return error;
        out->losses.ring_full += losses.ring_full;
        out->losses.fill_empty += losses.fill_empty;
        out->losses.dropped += losses.dropped;
    }
    out->drops = out->losses.ring_full + out->losses.fill_empty + out->losses.dropped +
                 writer_dropped(self->knowledge.writer);
    return 0;
}

static int run(struct receiving *self, struct bench_result *out)
{
    int error = open_way_in(self);

    for (unsigned i = 0; !error && i < self->count; i++) {
        prepare_receiver(self, i);
        error = crew_start(&self->receivers[i].member, &self->bench->cpus, i);
    }
    if (!error)
        error = start_generators(self);
    if (!error)
        error = measure_rate(self, out);
    stop_generators(self);
    for (unsigned i = 0; i < self->count; i++)
        crew_stop(&self->receivers[i].member);
    if (!error)
        error = count_losses(self, out);
    for (unsigned i = 0; i < self->source_count; i++)
        self->sources[i]->ops->close(self->sources[i]);
    free(self->sources);
    xdp_filter_close(self->filter);
    return error;
}

int bench_measure_rx(struct bench *bench, const struct bench_setting *setting, struct bench_result *out)
{
    size_t size = setting->threads * sizeof(struct bench_receiver);
    struct receiving self = {
        .bench = bench,
        .device = &bench->devices[BENCH_VETH],
        .receivers = aligned_alloc(CACHE_LINE, size),
        .count = setting->threads,
    };
    int home = netns_open_current();
    int error = !self.receivers ? -ENOMEM : home < 0 ? home : netns_enter(self.device->netns);

    if (!error) {
        memset(self.receivers, 0, size);
        error = bench_knowledge_open(&self.knowledge, &bench->mix, self.count, RING_RECORDS);
        self.knowledge.matcher.answered = NULL;
        if (!error)
            error = run(&self, out);
        bench_knowledge_close(&self.knowledge);
    }
    if (home >= 0) {
        netns_enter(home);
        close(home);
    }
    free(self.receivers);
    return error;
}
