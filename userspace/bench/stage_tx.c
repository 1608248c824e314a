// SPDX-License-Identifier: GPL-2.0-or-later
/* The stages tx and craft: senders as in a survey, each with its own slice of the order, or with a constant
 * frame. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "bench/constant_frame.h"
#include "bench/memory_tx.h"
#include "engine/sender.h"
#include "host/netns.h"
#include "xdp/socket.h"

enum {
    MIN_TTL = 1,
    MAX_TTL = 32,
    FLOWS = 256,           /* so many that the order does not end */
    WARM_UP_NS = 50000000, /* until threads have started, caches are warm and live frames flow */
    RECEIVE_FRAMES = 64,   /* nothing is received */
    ARRIVED_WITHIN_NS = 200000000,
    LOOK_NS = 2000000,
};

static const struct siphash_key key = {1, 2};

struct bench_sender {
    _Alignas(CACHE_LINE) struct sender sender;
    struct crew_member member;
    struct strategy_config order;
    struct source *source; /* for backends that use an AF_XDP socket */
    bool constant;
};

/* One measurement, of either stage. */
struct sending {
    struct bench *bench;
    const struct bench_setting *setting;
    const struct bench_device *device; /* NULL: memory */
    struct frame_template frame;
    uint8_t constant[CONSTANT_FRAME_MAX];
    struct bench_sender *senders;
    struct tx_totals totals; /* valid once the backends are closed */
};

struct reading {
    uint64_t frames, wall_ns, cpu_ns;
};

static int start_over(struct bench_sender *self)
{
    if (self->sender.strategy)
        self->sender.strategy->ops->close(self->sender.strategy);
    self->sender.strategy = NULL;

    int error = strategy_exhaustive.open(&self->sender.strategy, &self->order);
    return error ? error : 1;
}

static int repeat(struct bench_sender *self)
{
    struct tx *tx = self->sender.tx;
    size_t taken = tx->ops->send(tx, NULL, self->sender.batch, 0);
    int pushed = tx->ops->push(tx);

    return pushed && pushed != -EAGAIN && pushed != -ENETDOWN ? pushed : taken || pushed == -EAGAIN;
}

static int sender_work(void *context)
{
    struct bench_sender *self = context;

    if (self->constant)
        return repeat(self);
    int state = sender_step(&self->sender, clock_now_ns());
    if (state == SENDER_DONE)
        return start_over(self);
    return state == -ENETDOWN ? 0 : state < 0 ? state : 1;
}

static const struct crew_ops sender_ops = {.step = sender_work};

static const struct tx_ops *backend(const struct sending *self)
{
    return self->device ? self->setting->tx : &tx_memory;
}

/* Returns room for several batches, if the backend's default is too small. */
static uint32_t slots(const struct sending *self)
{
    uint32_t count = self->bench->config->slots;

    if (count || self->setting->batch <= SENDER_BATCH)
        return count;
    for (count = SENDER_BATCH; count < 4 * self->setting->batch; count *= 2)
        continue;
    return count;
}

static int open_socket(const struct sending *self, struct bench_sender *sender, unsigned queue)
{
    const struct xdp_socket_config config = {
        .interface = self->device->link.name,
        .queue = queue,
        .frames = RECEIVE_FRAMES,
        .tx = {.slots = slots(self) ? slots(self) : (uint32_t)XDP_SOCKET_DEFAULT_TX_SLOTS,
               .slot_size = self->bench->config->size > XDP_TX_PROBE_SLOT ? XDP_SOCKET_CHUNK : 0},
    };

    return xdp_socket_open(&sender->source, &config);
}

static int open_backend(struct sending *self, struct bench_sender *sender, unsigned number)
{
    struct tx_config config = {
        .interface_index = self->device ? self->device->link.index : 0,
        .frame = &self->frame,
        .slots = slots(self),
        .constant = {.frame = self->constant, .length = self->bench->config->size},
    };
    int error = backend(self)->uses_xdp_socket ? open_socket(self, sender, number) : 0;

    if (error)
        return error;
    config.xdp = sender->source ? xdp_socket_tx(sender->source) : NULL;
    /* Threads that the backend starts run beside the senders. */
    crew_pin(&self->bench->cpus, self->setting->threads + number);
    error = backend(self)->open(&sender->sender.tx, &config);
    crew_unpin(&self->bench->cpus);
    return error;
}

static int open_sender(struct sending *self, unsigned number)
{
    struct bench_sender *sender = &self->senders[number];
    bool real = self->setting->device == BENCH_REAL && self->device;

    sender->order = (struct strategy_config){
        .targets = real ? self->bench->real_targets : self->bench->targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slice = number,
        .slices = self->setting->threads,
    };
    sender->constant = self->device && self->bench->config->size;
    sender->sender.batch = self->setting->batch;
    sender->sender.blocklist = real ? NULL : self->bench->blocklist;
    sender->member = (struct crew_member){.ops = &sender_ops, .context = sender};
    pacer_init(&sender->sender.pacer, INFINITY, clock_now_ns());
    int error = start_over(sender);
    return error < 0 ? error : open_backend(self, sender, number);
}

static void close_sender(struct sending *self, struct bench_sender *sender)
{
    struct tx_totals totals = {0};

    if (sender->sender.tx)
        sender->sender.tx->ops->close(sender->sender.tx, &totals);
    if (sender->sender.strategy)
        sender->sender.strategy->ops->close(sender->sender.strategy);
    if (sender->source)
        sender->source->ops->close(sender->source);
    self->totals.sent += totals.sent;
    self->totals.dropped += totals.dropped;
}

static bool tells_arrivals(const struct sending *self)
{
    return self->device && bench_device_tells(self->device);
}

static uint64_t sent(const struct sending *self)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < self->setting->threads; i++)
        sum += counter_read(&self->senders[i].sender.tx->counters.sent);
    return sum;
}

/* Counts what arrived or, if that is not known, what left. */
static int read_all(const struct sending *self, struct reading *out)
{
    int error = 0;

    if (tells_arrivals(self))
        error = bench_device_arrived(self->device, &out->frames);
    else
        out->frames = sent(self);
    out->wall_ns = clock_now_ns();
    out->cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    return error;
}

static int first_error(const struct sending *self)
{
    for (unsigned i = 0; i < self->setting->threads; i++)
        if (atomic_load(&self->senders[i].member.error))
            return atomic_load(&self->senders[i].member.error);
    return 0;
}

static int measure_rate(const struct sending *self, struct bench_result *out)
{
    struct reading begin, end;
    int error = bench_wait(self->bench, WARM_UP_NS);

    if (!error)
        error = read_all(self, &begin);
    if (!error)
        error = bench_wait(self->bench, self->bench->turn_ns);
    if (!error)
        error = read_all(self, &end);
    if (!error)
        error = first_error(self);
    if (error)
        return error;

    double frames = (double)(end.frames - begin.frames);
    out->pps = frames * 1e9 / (double)(end.wall_ns - begin.wall_ns);
    out->cpu_ns = frames > 0 ? (double)(end.cpu_ns - begin.cpu_ns) / frames : 0;
    return 0;
}

/* Counts what left the device and did not arrive, after waiting for what is on its way. */
static int count_drops(const struct sending *self, uint64_t arrived_before, uint64_t *drops)
{
    uint64_t given_up = clock_now_ns() + ARRIVED_WITHIN_NS, arrived = 0;
    int error = 0;

    *drops = self->totals.dropped;
    if (!tells_arrivals(self))
        return 0;
    while (!error) {
        error = bench_device_arrived(self->device, &arrived);
        if (arrived - arrived_before >= self->totals.sent || clock_now_ns() > given_up)
            break;
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    }
    if (self->totals.sent > arrived - arrived_before)
        *drops += self->totals.sent - (arrived - arrived_before);
    return error;
}

static int run(struct sending *self, struct bench_result *out)
{
    uint64_t arrived = 0;
    int error = tells_arrivals(self) ? bench_device_arrived(self->device, &arrived) : 0;

    for (unsigned i = 0; !error && i < self->setting->threads; i++)
        error = open_sender(self, i);
    for (unsigned i = 0; !error && i < self->setting->threads; i++)
        error = crew_start(&self->senders[i].member, &self->bench->cpus, i);
    if (!error)
        error = measure_rate(self, out);
    for (unsigned i = 0; i < self->setting->threads; i++)
        crew_stop(&self->senders[i].member);
    for (unsigned i = 0; i < self->setting->threads; i++)
        close_sender(self, &self->senders[i]);
    return error ? error : count_drops(self, arrived, &out->drops);
}

/* Used except for a real interface; from the networks for benchmarks: 198.18.0.2 (RFC 2544), 2001:2::2 (RFC
 * 5180). */
static struct address source_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(0xc6120002) : (struct address){0x2001000200000000ULL, 2};
}

static void prepare_frames(const struct bench_config *bench, struct sending *self)
{
    struct frame_config config = {
        .layout = bench->layout, .source = source_of(bench->layout.layout->family), .vlan = FRAME_NO_VLAN};

    if (self->device) {
        if (self->setting->device == BENCH_REAL)
            config.source = self->device->source;
        memcpy(config.source_mac, self->device->link.mac, sizeof(config.source_mac));
        memcpy(config.next_hop_mac, self->device->next_hop_mac, sizeof(config.next_hop_mac));
    }
    frame_template_init(&self->frame, &config);
    if (bench->size)
        constant_frame_make(self->constant, &self->frame, bench->size);
}

int bench_measure_tx(struct bench *bench, const struct bench_setting *setting, struct bench_result *out)
{
    const struct bench_config *config = bench->config;
    size_t size = setting->threads * sizeof(struct bench_sender);
    struct sending self = {
        .bench = bench,
        .setting = setting,
        .device = setting->tx ? &bench->devices[setting->device] : NULL,
        .senders = aligned_alloc(CACHE_LINE, size),
    };
    int home = netns_open_current(), error = home < 0 ? home : 0;

    if (!self.senders)
        error = -ENOMEM;
    else
        memset(self.senders, 0, size);
    if (!error && self.device)
        error = netns_enter(self.device->netns);
    if (!error) {
        prepare_frames(config, &self);
        error = run(&self, out);
    }
    if (home >= 0) {
        netns_enter(home);
        close(home);
    }
    free(self.senders);
    return error;
}
