// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * BPF_PROG_RUN with live frames, in a thread of its own: the kernel makes frames, runs an XDP program on
 * each, and follows the program's verdict. A call sets up a pool of pages, which takes 20 to 30 ms. So each
 * call runs as long as possible; only a signal ends it early.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct live_call {
    pthread_t thread;
    int program_fd;
    const uint8_t *frame;
    unsigned frame_length;
    _Atomic bool stop;      /* set by live_call_end() */
    _Atomic unsigned rest;  /* counts orders; odd: to rest, even: to go on */
    _Atomic unsigned rests; /* set by the thread: the order by which it rests */
    _Atomic bool ended;     /* set by the thread last of all */
    _Atomic int error;      /* 0, or the negative errno that ended it */
};

/*
 * live_call_start() tests the program on one frame and starts the thread. When the kernel first uses a page,
 * the page holds `frame`, of `frame_length` bytes; `frame` must outlive the call. Returns 0 or a negative
 * errno: -EPERM without CAP_BPF and CAP_NET_ADMIN, -EINVAL before Linux 5.18 or if the frame is too long for
 * a page. The thread blocks all signals but its own.
 */
int live_call_start(struct live_call *call, int program_fd, const uint8_t *frame, unsigned frame_length);

/*
 * live_call_rest() makes the thread sleep outside the kernel, because there is nothing to send for a while. Returns
 * true once it does, and each frame that was under way has left or was dropped; until then, call it again, which takes a
 * millisecond. It rests until live_call_go_on(), and frames leave again 20 to 40 ms later. A call that has ended rests,
 * too. Both are for the thread that started the call.
 */
bool live_call_rest(struct live_call *call);
void live_call_go_on(struct live_call *call);

/* live_call_end() ends a started call within about 20 ms. */
void live_call_end(struct live_call *call);
