// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Living beside other XDP programs, where the one that is attached is libxdp's dispatcher: it calls up to ten
 * programs in turn. Its members are pinned in the bpffs at /sys/fs/bpf, so they outlive their processes.
 *
 * One program of ours at a time is in a dispatcher. Who puts it there holds an abstract unix socket, named
 * after the interface, which goes with the process: who gets the name knows that programs of ours that are
 * still there belong to nobody. Abstract names are a network namespace's own, as the numbers of interfaces.
 *
 * Going away again takes privileges that a survey has no more by then: a process of its own keeps them, waits for
 * the end of the survey, whatever that is, and does nothing else.
 *
 * libxdp.h calls its modes as xdp/program.h does, so no file can include both.
 */
#pragma once

#include <stdbool.h>

struct bpf_object;
struct dispatcher;

/*
 * dispatcher_open() finds the dispatcher of an interface of the thread's namespace, and takes out of it
 * programs called `name` that a dead process left. `generic` tells its mode, the only one there can be. 0;
 * -EBUSY where what is attached is no dispatcher, or one that we may not see into, or holds a program of ours
 * that lives; -ENOENT where nothing is attached, or nothing is left; or another negative errno.
 */
int dispatcher_open(struct dispatcher **out, unsigned interface_index, const char *name, bool *generic);

/*
 * dispatcher_join() loads `object`, which must be open and not loaded, and puts its program `name` in front
 * of all others, which get what it passes. The object stays the caller's. 0 or a negative errno; the object
 * may be loaded then, and is of no more use.
 */
int dispatcher_join(struct dispatcher *dispatcher, struct bpf_object *object);

/* dispatcher_close() takes the program out, if it had joined. A CPU may still be in the middle of it: grace.h. */
void dispatcher_close(struct dispatcher *dispatcher);
