// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/live_call.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "host/privilege.h"

enum {
    /* Frames between two flushes to the device. If more, the receive ring of a veth peer (256) overflows; if
     * fewer, each flush carries too little. */
    BATCH = 64,
    PATIENCE_NS = 1000000,
    /* How soon a thread that rests notices that it must go on, if the signal came just before its sleep. */
    REST_NS = 10000000,
};

/* The handler is the whole process's, but this signal is sent to our threads only. */
static int wake_signal(void)
{
    return SIGRTMIN + 1;
}

/* Nothing to do: the signal alone ends the call. */
static void ignore(int signal)
{
    (void)signal;
}

static int run(const struct live_call *call, int repeat)
{
    struct bpf_test_run_opts options = {
        .sz = sizeof(options),
        .data_in = call->frame,
        .data_size_in = call->frame_length,
        .repeat = repeat,
        .batch_size = BATCH,
        .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
    };

    return bpf_prog_test_run_opts(call->program_fd, &options) ? -errno : 0;
}

static bool is_to_rest(unsigned order)
{
    return order & 1;
}

/* Returns at once if there is no order to rest. */
static void rest(struct live_call *call)
{
    unsigned order;

    while (is_to_rest(order = atomic_load(&call->rest)) && !atomic_load(&call->stop)) {
        atomic_store(&call->rests, order);
        nanosleep(&(struct timespec){.tv_nsec = REST_NS}, NULL);
    }
}

static void *call_main(void *argument)
{
    struct live_call *call = argument;
    sigset_t wake;
    int error = 0;

    prctl(PR_SET_NAME, "live frames");
    privilege_leave_thread(privilege_of_loaded_bpf());
    sigemptyset(&wake);
    sigaddset(&wake, wake_signal());
    pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
    while (!atomic_load(&call->stop) && (!error || error == -EINTR)) {
        error = run(call, INT_MAX);
        rest(call);
    }
    atomic_store(&call->error, error == -EINTR ? 0 : error);
    atomic_store(&call->ended, true);
    return NULL;
}

int live_call_start(struct live_call *call, int program_fd, const uint8_t *frame, unsigned frame_length)
{
    const struct sigaction action = {.sa_handler = ignore};
    sigset_t all, before;

    *call = (struct live_call){.program_fd = program_fd, .frame = frame, .frame_length = frame_length};
    int error = run(call, 1);
    if (error)
        return error;
    if (sigaction(wake_signal(), &action, NULL))
        return -errno;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    error = -pthread_create(&call->thread, NULL, call_main, call);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* The kernel queues each of these signals, so the caller must not send them faster than they are handled. */
static void wake(const struct live_call *call)
{
    pthread_kill(call->thread, wake_signal());
    nanosleep(&(struct timespec){.tv_nsec = PATIENCE_NS}, NULL);
}

static bool is_at_rest(const struct live_call *call)
{
    return atomic_load(&call->ended) || atomic_load(&call->rests) == atomic_load(&call->rest);
}

bool live_call_rest(struct live_call *call)
{
    if (!is_to_rest(atomic_load(&call->rest)))
        atomic_fetch_add(&call->rest, 1);
    if (!is_at_rest(call))
        wake(call);
    return is_at_rest(call);
}

void live_call_go_on(struct live_call *call)
{
    if (!is_to_rest(atomic_load(&call->rest)))
        return;
    atomic_fetch_add(&call->rest, 1);
    if (!atomic_load(&call->ended))
        pthread_kill(call->thread, wake_signal());
}

void live_call_end(struct live_call *call)
{
    atomic_store(&call->stop, true);
    /* Repeated, because a signal that comes between the thread's check of `stop` and its call has no
     * effect. */
    while (!atomic_load(&call->ended))
        wake(call);
    pthread_join(call->thread, NULL);
}
