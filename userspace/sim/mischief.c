// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/mischief.h"

#include <sched.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "host/cpus.h"
#include "host/link.h"
#include "host/neighbour.h"
#include "host/netns.h"
#include "host/route.h"
#include "mix.h"
#include "send/pacer.h"
#include "sim/forgery.h"
#include "sim/host_end.h"

enum {
    STEP_NS = 2000000, /* how soon a thread notices that it must end */
    FLOOD_BATCH = 64,
    CPUS_MAX = 256,
    REPLAYED = 4096, /* number of replies that the replayer has seen */
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
}

bool mischief_is_stopped(const struct mischief_worker *worker)
{
    return atomic_load_explicit(&worker->mischief->stop, memory_order_relaxed);
}

bool mischief_wait(const struct mischief_worker *worker, uint64_t ns)
{
    while (!mischief_is_stopped(worker) && clock_now_ns() < ns)
        nap();
    return !mischief_is_stopped(worker);
}

int mischief_cut_link(struct mischief_worker *worker)
{
    const struct sim_fault_scene *scene = &worker->mischief->scene;
    uint8_t gateway_mac[6];
    int error = netns_enter(scene->host_netns);

    if (!error)
        error = link_set_down(scene->host_index);
    if (error)
        return error;
    mischief_wait(worker, clock_now_ns() + worker->fault.duration_ns);
    error = link_set_up(scene->host_index);
    sim_responder_get_mac(scene->responder, gateway_mac);
    return error ? error : host_end_connect(scene->host_index, gateway_mac);
}

/* The host's neighbour table changes too, as it does by the gratuitous ARP and the unsolicited advertisements
 * of a gateway that took over. */
int mischief_change_mac(struct mischief_worker *worker)
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
    return error ? error : host_end_know(scene->host_index, mac);
}

struct hogging {
    uint64_t until_ns;
    _Atomic long begun; /* number of threads that have got a processor */
};

static void *hog_processor(void *argument)
{
    /* Receivers have the lowest priority of this class (host/urgency.h). */
    const struct sched_param parameter = {.sched_priority = sched_get_priority_min(SCHED_FIFO) + 1};
    struct hogging *hogging = argument;

    sched_setscheduler(0, SCHED_FIFO, &parameter);
    hogging->begun++;
    while (clock_now_ns() < hogging->until_ns)
        continue;
    return NULL;
}

/* Replies keep arriving while no receiver gets a processor. The processors are taken first, because a
 * receiver busy with replies would keep this thread from running. */
int mischief_overrun_receiver(struct mischief_worker *worker)
{
    struct hogging hogging = {.until_ns = clock_now_ns() + worker->fault.duration_ns};
    cpu_set_t available;
    int error = cpus_available(&available);
    pthread_t hogs[CPUS_MAX];
    long started = 0;

    if (error)
        return error;
    while (started < CPU_COUNT(&available) - 1 && started < CPUS_MAX &&
           !pthread_create(&hogs[started], NULL, hog_processor, &hogging))
        started++;
    while (hogging.begun < started && clock_now_ns() < hogging.until_ns)
        sched_yield();
    sim_line_repeat(worker->mischief->scene.line, hogging.until_ns);
    while (started > 0)
        pthread_join(hogs[--started], NULL);
    return 0;
}

/* Writes one false reply. Returns its length; 0: none is possible yet. */
typedef unsigned reply_maker(const struct sim_fault_scene *scene, uint8_t *frame, uint64_t random);

/* Publishes `count` replies; how many have left so far follows from the ring. */
static void send_some(struct mischief_worker *worker, struct packet_ring *ring, reply_maker *make,
                      unsigned count, uint64_t *random)
{
    uint8_t *frame;

    for (; count && (frame = packet_ring_next(ring)); count--) {
        unsigned length = make(&worker->mischief->scene, frame, *random = mix64(*random + MIX_GOLDEN));

        if (!length)
            break;
        packet_ring_publish(ring, length);
    }
    packet_ring_kick(ring); /* frames not taken are tried again */
    counter_add(&worker->sent, packet_ring_collect(ring).sent);
}

static int send_on(struct mischief_worker *worker, reply_maker *make)
{
    uint64_t random = clock_now_ns();
    struct packet_ring *ring = &worker->ring;
    struct pacer pacer;

    pacer_init(&pacer, worker->fault.rate, clock_now_ns());
    while (!mischief_is_stopped(worker)) {
        unsigned due = pacer_grant(&pacer, clock_now_ns(), FLOOD_BATCH);

        if (due || packet_ring_pending(ring))
            send_some(worker, ring, make, due, &random);
        else
            nap();
    }
    counter_add(&worker->sent, packet_ring_abandon(ring).sent);
    return 0;
}

/* In a survey of both families, each reply is of either family with equal chance. */
static unsigned forge(const struct sim_fault_scene *scene, uint8_t *frame, uint64_t random)
{
    const struct layout *layout = scene->layouts.ipv4.layout, *other = scene->layouts.ipv6.layout;

    if (!layout || (other && mix64(~random) & 1))
        layout = other;
    return forgery_make(frame, layout, scene->host_mac, scene->gateway_mac, random);
}

int mischief_flood(struct mischief_worker *worker)
{
    return send_on(worker, forge);
}

/* Returns one of the first REPLAYED replies; while there are fewer, the very first. */
static unsigned replay(const struct sim_fault_scene *scene, uint8_t *frame, uint64_t random)
{
    const uint8_t *reply;
    uint32_t length = sim_line_kept(scene->line, (uint32_t)(random % REPLAYED), &reply);

    if (!length)
        length = sim_line_kept(scene->line, 0, &reply);
    return length ? forgery_replay(frame, reply, length, random) : 0;
}

int mischief_replay(struct mischief_worker *worker)
{
    return send_on(worker, replay);
}
