// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/pages.h"
#include "host/netns.h"
#include "host/privilege.h"
#include "sim/forgery.h"
#include "sim/mischief.h"

enum {
    NOTICE_NS = 2000000, /* how soon the first packet is noticed */
    RING_SLOTS = 256,
};

static bool wait_for_first_packet(const struct mischief_worker *worker)
{
    struct sim_router_counters counters = {0};

    while (!mischief_is_stopped(worker) && !counters.count[SIM_RECEIVED]) {
        mischief_wait(worker, clock_now_ns() + NOTICE_NS);
        sim_responder_counters(worker->mischief->scene.responder, &counters);
    }
    return !mischief_is_stopped(worker);
}

static void *worker_main(void *argument)
{
    struct mischief_worker *worker = argument;
    const struct sim_fault_kind *kind = worker->fault.kind;

    prctl(PR_SET_NAME, kind->name);
    if (!kind->privileged)
        privilege_leave_thread(0);
    if (!wait_for_first_packet(worker) || !mischief_wait(worker, clock_now_ns() + worker->fault.at_ns))
        return NULL;
    int error = kind->run(worker);
    if (error)
        log_warning("the simulated Internet: fault %s failed: %s", kind->name, strerror(-error));
    return NULL;
}

/* The first process starts the workers without privileges, the other process the rest. */
static int start_workers(struct sim_mischief *mischief, bool privileged)
{
    int error = 0;

    for (unsigned i = 0; !error && i < mischief->count; i++) {
        struct mischief_worker *worker = &mischief->workers[i];

        if (worker->fault.kind->privileged != privileged)
            continue;
        error = -pthread_create(&worker->thread, NULL, worker_main, worker);
        worker->started = !error;
    }
    return error;
}

static void join_workers(struct sim_mischief *mischief, bool privileged)
{
    for (unsigned i = 0; i < mischief->count; i++) {
        struct mischief_worker *worker = &mischief->workers[i];

        if (!worker->started || worker->fault.kind->privileged != privileged)
            continue;
        pthread_join(worker->thread, NULL);
        worker->started = false;
    }
}

/* Never returns. This process ends when its parent is killed. */
_Noreturn static void be_the_other(struct sim_mischief *mischief)
{
    sigset_t all;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "sim faults");
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    int error = start_workers(mischief, true);

    if (error)
        log_warning("the simulated Internet: cannot start its faults: %s", strerror(-error));
    join_workers(mischief, true);
    _exit(0);
}

static bool any_privileged(const struct sim_mischief *mischief)
{
    for (unsigned i = 0; i < mischief->count; i++)
        if (mischief->workers[i].fault.kind->privileged)
            return true;
    return false;
}

static int start_process(struct sim_mischief *mischief)
{
    if (!any_privileged(mischief))
        return 0;

    pid_t process = fork();
    if (process < 0)
        return -errno;
    if (process == 0)
        be_the_other(mischief);
    mischief->process = process;
    return 0;
}

static int open_rings(struct sim_mischief *mischief)
{
    int error = 0;

    for (unsigned i = 0; !error && i < mischief->count; i++) {
        struct packet_ring *ring = &mischief->workers[i].ring;

        if (!mischief->workers[i].fault.kind->sends)
            continue;
        error = packet_ring_open(ring, mischief->scene.world_index, RING_SLOTS, FORGERY_LONGEST);
        if (error)
            ring->fd = -1;
    }
    return error;
}

static int open_rings_in_world(struct sim_mischief *mischief)
{
    int here = netns_open_current();
    int error = here < 0 ? here : netns_enter(mischief->scene.world_netns);

    if (!error) {
        error = open_rings(mischief);
        int back = netns_enter(here);
        error = error ? error : back;
    }
    if (here >= 0)
        close(here);
    return error;
}

int sim_mischief_start(struct sim_mischief **out, const struct sim_faults *faults,
                       const struct sim_fault_scene *scene)
{
    struct sim_mischief *mischief = pages_map_shared(sizeof(*mischief));

    if (!mischief)
        return -ENOMEM;
    mischief->scene = *scene;
    for (; mischief->count < faults->count; mischief->count++) {
        struct mischief_worker *worker = &mischief->workers[mischief->count];

        worker->mischief = mischief;
        worker->fault = faults->list[mischief->count];
        worker->ring.fd = -1;
    }
    int error = open_rings_in_world(mischief);
    if (!error)
        error = start_process(mischief);
    if (!error)
        error = start_workers(mischief, false);
    if (error) {
        sim_mischief_close(mischief);
        return error;
    }
    *out = mischief;
    return 0;
}

void sim_mischief_counters(const struct sim_mischief *mischief, struct sim_mischief_counters *out)
{
    *out = (struct sim_mischief_counters){0};
    for (unsigned i = 0; mischief && i < mischief->count; i++) {
        const struct mischief_worker *worker = &mischief->workers[i];
        uint64_t sent = counter_read(&worker->sent);

        *(worker->fault.kind->run == mischief_replay ? &out->replayed : &out->forged) += sent;
    }
}

static void wait_for_process(struct sim_mischief *mischief)
{
    while (mischief->process && waitpid(mischief->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    mischief->process = 0;
}

void sim_mischief_end(struct sim_mischief *mischief)
{
    if (!mischief)
        return;
    atomic_store(&mischief->stop, true);
    join_workers(mischief, false);
    wait_for_process(mischief);
}

void sim_mischief_close(struct sim_mischief *mischief)
{
    if (!mischief)
        return;
    sim_mischief_end(mischief);
    for (unsigned i = 0; i < mischief->count; i++)
        if (mischief->workers[i].ring.fd >= 0)
            packet_ring_close(&mischief->workers[i].ring);
    pages_unmap(mischief, sizeof(*mischief));
}
