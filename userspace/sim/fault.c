// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/fault.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/route.h"
#include "send/pacer.h"
#include "send/packet_ring.h"
#include "sim/forgery.h"

enum {
    STEP_NS = 2000000, /* how soon a thread notices that it shall end */
    FLOOD_SLOTS = 256,
    FLOOD_BATCH = 64,
    CPUS_MAX = 256,
};

struct mischief_worker {
    struct sim_mischief *mischief;
    struct sim_fault fault;
    counter_t forged;
    pthread_t thread;
    bool started;
};

struct sim_mischief {
    struct sim_fault_scene scene;
    _Atomic bool stop;
    unsigned count;
    struct mischief_worker workers[SIM_FAULTS_MAX];
};

struct sim_fault_kind {
    const char *name;
    option_parser *parse; /* of VALUE; NULL: it takes none */
    size_t offset;        /* where in struct sim_fault it goes */
    uint64_t at_ns, duration_ns;
    double rate;     /* what holds where nothing is said */
    bool needs_line; /* see sim_faults_need_line() */
    int (*run)(struct mischief_worker *worker);
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
}

static bool is_stopped(const struct mischief_worker *worker)
{
    return atomic_load_explicit(&worker->mischief->stop, memory_order_relaxed);
}

/* False where the threads shall end before. */
static bool wait_until(const struct mischief_worker *worker, uint64_t ns)
{
    while (!is_stopped(worker) && clock_now_ns() < ns)
        nap();
    return !is_stopped(worker);
}

static bool wait_for_first_packet(const struct mischief_worker *worker)
{
    struct sim_router_counters counters = {0};

    while (!is_stopped(worker) && !counters.count[SIM_RECEIVED]) {
        nap();
        sim_responder_counters(worker->mischief->scene.responder, &counters);
    }
    return !is_stopped(worker);
}

static int cut_link(struct mischief_worker *worker)
{
    const struct sim_fault_scene *scene = &worker->mischief->scene;
    int error = netns_enter(scene->host_netns);

    if (!error)
        error = link_set_down(scene->host_index);
    if (error)
        return error;
    wait_until(worker, clock_now_ns() + worker->fault.duration_ns);
    error = link_set_up(scene->host_index);
    return error ? error : scene->reconnect(scene->host_index);
}

/* The host's neighbour table changes along, as by the gratuitous ARP of a gateway that took over. */
static int change_mac(struct mischief_worker *worker)
{
    const struct sim_fault_scene *scene = &worker->mischief->scene;
    uint8_t mac[6];
    int error;

    memcpy(mac, scene->gateway_mac, sizeof(mac));
    mac[4] ^= 0xff;
    sim_responder_set_mac(scene->responder, mac);
    error = netns_enter(scene->world_netns);
    if (!error)
        error = link_set_mac(scene->world_index, mac);
    if (!error)
        error = netns_enter(scene->host_netns);
    return error ? error : neighbour_add(scene->host_index, SIM_GATEWAY_ADDRESS, mac);
}

static void *hog_processor(void *until_ns)
{
    const struct sched_param parameter = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};

    sched_setscheduler(0, SCHED_FIFO, &parameter);
    while (clock_now_ns() < *(const uint64_t *)until_ns)
        continue;
    return NULL;
}

/* Replies go on arriving while nobody who would take them gets a processor. */
static int overrun_receiver(struct mischief_worker *worker)
{
    uint64_t until_ns = clock_now_ns() + worker->fault.duration_ns;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t hogs[CPUS_MAX];
    long started = 0;

    sim_line_repeat(worker->mischief->scene.line, until_ns);
    while (started < cpus - 1 && started < CPUS_MAX &&
           !pthread_create(&hogs[started], NULL, hog_processor, &until_ns))
        started++;
    while (started > 0)
        pthread_join(hogs[--started], NULL);
    return 0;
}

/* Publishes what is due; the number of replies that have left so far follows from the ring. */
static void forge(struct mischief_worker *worker, struct packet_ring *ring, unsigned count, uint64_t *random)
{
    const struct sim_fault_scene *scene = &worker->mischief->scene;
    uint8_t *frame;

    for (; count && (frame = packet_ring_next(ring)); count--)
        packet_ring_publish(ring, forgery_make(frame, scene->host_mac, scene->gateway_mac, SIM_HOST_ADDRESS,
                                               *random = mix64(*random + MIX_GOLDEN)));
    packet_ring_kick(ring); /* what was not taken is tried again */
    counter_add(&worker->forged, packet_ring_collect(ring).sent);
}

static int flood(struct mischief_worker *worker)
{
    uint64_t random = clock_now_ns();
    struct packet_ring ring;
    struct pacer pacer;
    int error = netns_enter(worker->mischief->scene.world_netns);

    if (!error)
        error = packet_ring_open(&ring, worker->mischief->scene.world_index, FLOOD_SLOTS);
    if (error)
        return error;
    pacer_init(&pacer, worker->fault.rate, clock_now_ns());
    while (!is_stopped(worker)) {
        unsigned due = pacer_grant(&pacer, clock_now_ns(), FLOOD_BATCH);

        if (due || packet_ring_pending(&ring))
            forge(worker, &ring, due, &random);
        else
            nap();
    }
    counter_add(&worker->forged, packet_ring_abandon(&ring).sent);
    packet_ring_close(&ring);
    return 0;
}

static const struct sim_fault_kind kinds[] = {
    {
        .name = "link-down",
        .parse = option_seconds,
        .offset = offsetof(struct sim_fault, duration_ns),
        .at_ns = NS_PER_S,
        .duration_ns = 500 * NS_PER_MS,
        .run = cut_link,
    },
    {
        .name = "mac-change",
        .at_ns = NS_PER_S,
        .run = change_mac,
    },
    {
        .name = "rx-overrun",
        .parse = option_seconds,
        .offset = offsetof(struct sim_fault, duration_ns),
        .at_ns = NS_PER_S,
        .duration_ns = 300 * NS_PER_MS,
        .needs_line = true,
        .run = overrun_receiver,
    },
    {
        .name = "flood",
        .parse = option_rate,
        .offset = offsetof(struct sim_fault, rate),
        .rate = INFINITY,
        .needs_line = true,
        .run = flood,
    },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct sim_fault_kind *find_kind(const char *text, size_t length)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, text, length) == 0)
            return &kinds[i];
    return NULL;
}

static int parse_at(const char *text, size_t length, uint64_t *at_ns, struct option_error *error)
{
    char copy[32];

    if (length >= sizeof(copy))
        return option_error_set(error, "'%s' begins with no time such as 2s or 500ms", text);
    snprintf(copy, sizeof(copy), "%.*s", (int)length, text);
    return option_seconds(&(struct option_spec){0}, copy, at_ns, error);
}

static int parse_value(const char *text, struct sim_fault *fault, struct option_error *error)
{
    if (!fault->kind->parse)
        return option_error_set(error, "'%s' is too much: %s takes a time and nothing else", text,
                                fault->kind->name);
    return fault->kind->parse(&(struct option_spec){0}, text, (char *)fault + fault->kind->offset, error);
}

static int parse_fault(const char *text, struct sim_fault *fault, struct option_error *error)
{
    size_t name = strcspn(text, "@:");
    const struct sim_fault_kind *kind = find_kind(text, name);
    const char *rest = text + name;
    int result = 0;

    if (!kind)
        return option_error_set(error,
                                "'%s' is no fault such as link-down@2s:500ms, mac-change@1s, rx-overrun "
                                "or flood:100k",
                                text);
    *fault = (struct sim_fault){kind, kind->at_ns, kind->duration_ns, kind->rate};
    if (*rest == '@') {
        size_t length = strcspn(rest + 1, ":");

        result = parse_at(rest + 1, length, &fault->at_ns, error);
        rest += 1 + length;
    }
    return result || !*rest ? result : parse_value(rest + 1, fault, error);
}

int sim_option_fault(const struct option_spec *spec, const char *text, void *field,
                     struct option_error *error)
{
    struct sim_faults *faults = field;

    (void)spec;
    if (faults->count == SIM_FAULTS_MAX)
        return option_error_set(error, "'%s' is one fault too many: %d are possible", text, SIM_FAULTS_MAX);
    int result = parse_fault(text, &faults->list[faults->count], error);
    faults->count += !result;
    return result;
}

bool sim_faults_need_line(const struct sim_faults *faults)
{
    for (unsigned i = 0; i < faults->count; i++)
        if (faults->list[i].kind->needs_line)
            return true;
    return false;
}

static void *worker_main(void *argument)
{
    struct mischief_worker *worker = argument;
    const struct sim_fault_kind *kind = worker->fault.kind;

    prctl(PR_SET_NAME, kind->name);
    if (!wait_for_first_packet(worker) || !wait_until(worker, clock_now_ns() + worker->fault.at_ns))
        return NULL;
    int error = kind->run(worker);
    if (error)
        log_warning("the simulated Internet: fault %s failed: %s", kind->name, strerror(-error));
    return NULL;
}

int sim_mischief_start(struct sim_mischief **out, const struct sim_faults *faults,
                       const struct sim_fault_scene *scene)
{
    struct sim_mischief *mischief = calloc(1, sizeof(*mischief));
    int error = 0;

    if (!mischief)
        return -ENOMEM;
    mischief->scene = *scene;
    for (; !error && mischief->count < faults->count; mischief->count++) {
        struct mischief_worker *worker = &mischief->workers[mischief->count];

        worker->mischief = mischief;
        worker->fault = faults->list[mischief->count];
        error = -pthread_create(&worker->thread, NULL, worker_main, worker);
        worker->started = !error;
    }
    if (error) {
        sim_mischief_stop(mischief);
        return error;
    }
    *out = mischief;
    return 0;
}

uint64_t sim_mischief_forged(const struct sim_mischief *mischief)
{
    uint64_t forged = 0;

    for (unsigned i = 0; mischief && i < mischief->count; i++)
        forged += counter_read(&mischief->workers[i].forged);
    return forged;
}

void sim_mischief_stop(struct sim_mischief *mischief)
{
    if (!mischief)
        return;
    atomic_store(&mischief->stop, true);
    for (unsigned i = 0; i < mischief->count; i++)
        if (mischief->workers[i].started)
            pthread_join(mischief->workers[i].thread, NULL);
    free(mischief);
}
