// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which CPU each thread of a survey keeps to. Pure: the CPUs there are come as an argument.
 *
 *   --threads 3 --cpus 0-5           sender 0 | sender 1 | sender 2 | receivers, in turn: 3 4 5
 *   the same with --tx live          sender 0, its calls | sender 1, its calls | sender 2, its calls
 *                                    and the receivers share 0, 2 and 4, since none is left over
 *
 * The CPU of a sender is more than a place to run: past the queueing discipline a frame goes to the TX queue
 * `CPU % queues` (or what XPS says), so it is what gives every sender a queue of its own. One sender without
 * --cpus is left to the scheduler, unless other threads have to keep to its CPU or away from it. The writer
 * runs where receivers do: it goes before senders (host/urgency.h), and would take their CPU while a receiver
 * is busy on its own. Control always is left to the scheduler.
 *
 * Where senders have helpers and no CPU is left over, receivers are beside the senders, which wait for their
 * helpers, and the writer is beside the helpers: in the simulated Internet both CPUs are full then.
 *
 * CPUs near the device are taken first, and the others not at all where those are enough for every sender and
 * a receiver.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "base/cpu_list.h"
#include "base/error_text.h"

struct placement_config {
    unsigned senders;
    unsigned helpers;             /* of each sender (struct tx_ops): they get CPUs of their own */
    bool pin_one;                 /* a single sender is pinned too, where there are CPUs enough */
    const struct cpu_list *asked; /* by --cpus; empty: not asked */
    const cpu_set_t *available;   /* to this process */
    const cpu_set_t *near; /* those that are near the device (host/numa.h); NULL or empty: none is nearer */
};

struct placement {
    struct cpu_list
        senders; /* `per_sender` for each in turn, the sender's own first; empty: none is pinned */
    unsigned per_sender;
    struct cpu_list receivers; /* one each, in turn; empty: they share those of the senders */
    bool asked;                /* by --cpus; otherwise receivers share all of theirs */
    struct cpu_list home;      /* where threads stay that are not pinned; empty: anywhere */
    unsigned cpus;             /* that receivers may be spread over */
};

/* placement_make() gives every thread its place. 0, or -EINVAL with a line in `error` that names the option
 * and what would be right. */
int placement_make(struct placement *out, const struct placement_config *config, struct error_text *error);

/* Where the threads run; an empty set: wherever the scheduler likes. Helpers that do not exist are where
 * their sender is. */
void placement_of_sender(const struct placement *placement, unsigned sender, cpu_set_t *out);
void placement_of_helpers(const struct placement *placement, unsigned sender, cpu_set_t *out);
void placement_of_receiver(const struct placement *placement, unsigned receiver, cpu_set_t *out);
void placement_of_writer(const struct placement *placement, cpu_set_t *out);

/* placement_of_queue() says from which CPUs frames come to one of `queues` TX queues; empty: from anywhere.
 * A queue that no CPU's number leads to is left to that of some sender. */
void placement_of_queue(const struct placement *placement, unsigned queue, unsigned queues, cpu_set_t *out);

/* placement_shared_queue() finds two CPUs from which senders' frames go to the same one of `queues` TX
 * queues, unless XPS says otherwise. False where every sender has a queue of its own. */
bool placement_shared_queue(const struct placement *placement, unsigned queues, unsigned *one,
                            unsigned *other);
