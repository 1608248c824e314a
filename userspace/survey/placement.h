// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which CPU each thread of a survey runs on. Pure functions: the available CPUs are an argument.
 *
 *   --threads 3 --cpus 0-5           sender 0 | sender 1 | sender 2 | receivers, in turn: 3 4 5
 *   the same with --tx live          sender 0, its calls | sender 1, its calls | sender 2, its calls
 *                                    and the receivers share 0, 2 and 4, because none is left over
 *
 * The CPU of a sender also chooses its TX queue: past the queueing discipline a frame goes to the TX queue
 * `CPU % queues` (or to what XPS says). So different CPUs give every sender a queue of its own. Without
 * --cpus the scheduler places a single sender, unless other threads must run on its CPU or avoid it. The
 * writer runs on the receivers' CPUs: it goes before senders (host/urgency.h), and would take their CPU while
 * a receiver is busy on its own. The scheduler always places control.
 *
 * Where senders have helpers and no CPU is left over, receivers run beside the senders, which wait for their
 * helpers, and the writer runs beside the helpers. In the simulated Internet both CPUs are full then.
 *
 * CPUs near the device are taken first. The others are not used where the near ones suffice for every sender
 * and a receiver.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "base/cpu_list.h"
#include "base/error_text.h"

struct placement_config {
    unsigned senders;
    unsigned helpers;             /* of each sender (struct tx_ops): each gets a CPU of its own */
    bool pin_one;                 /* pin a single sender, too, where there are enough CPUs */
    const struct cpu_list *asked; /* from --cpus; empty: not given */
    const cpu_set_t *available;   /* to this process */
    const cpu_set_t *near; /* CPUs near the device (host/numa.h); NULL or empty: all are equally near */
};

struct placement {
    struct cpu_list senders; /* for each sender `per_sender` CPUs, its own first; empty: none is pinned */
    unsigned per_sender;
    struct cpu_list receivers; /* one each, in turn; empty: they share the senders' CPUs */
    bool asked;                /* by --cpus; otherwise every receiver may run on all of `receivers` */
    struct cpu_list home;      /* for threads that are not pinned; empty: anywhere */
    unsigned cpus;             /* number of CPUs that receivers may use */
};

/* placement_make() gives every thread its place. Returns 0, or -EINVAL with a line in `error` that names
 * the option and a value that would be right. */
int placement_make(struct placement *out, const struct placement_config *config, struct error_text *error);

/* Where the threads run; an empty set: anywhere. Helpers that do not exist have the place of their sender. */
void placement_of_sender(const struct placement *placement, unsigned sender, cpu_set_t *out);
void placement_of_helpers(const struct placement *placement, unsigned sender, cpu_set_t *out);
void placement_of_receiver(const struct placement *placement, unsigned receiver, cpu_set_t *out);
void placement_of_writer(const struct placement *placement, cpu_set_t *out);

/* placement_of_queue() returns the CPUs from which frames come to one of `queues` TX queues; empty: from
 * any. A queue to which no CPU's number leads belongs to the CPU of some sender. */
void placement_of_queue(const struct placement *placement, unsigned queue, unsigned queues, cpu_set_t *out);

/* placement_shared_queue() finds two CPUs from which senders' frames go to the same one of `queues` TX
 * queues, unless XPS says otherwise. Returns false where every sender has a queue of its own. */
bool placement_shared_queue(const struct placement *placement, unsigned queues, unsigned *one,
                            unsigned *other);
