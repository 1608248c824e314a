// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the filter beside other XDP programs, where the program attached to the interface is libxdp's dispatcher.
 * A dispatcher calls up to ten programs in turn. They are its members. They are pinned in the bpffs at
 * /sys/fs/bpf, so they outlive their processes.
 *
 * A dispatcher holds at most one hopwire program at a time. The process that puts it there holds an abstract unix
 * socket, named after the interface, which disappears with the process. A process that gets the name knows that
 * any hopwire program still in the dispatcher was left there by a dead process. Abstract names, like interface
 * numbers, belong to one network namespace.
 *
 * Leaving the dispatcher takes privileges, which a survey has given up by then. A separate process keeps them. It
 * waits until the survey has ended, for whatever reason, takes the program out, and does nothing else.
 *
 * libxdp.h and xdp/program.h use the same names for their modes, so no file can include both.
 */
#pragma once

#include <stdbool.h>

struct bpf_object;
struct dispatcher;

/*
 * dispatcher_open() finds the dispatcher of an interface in the thread's namespace, and takes out the programs
 * called `name` that a dead process left there. `generic` receives the dispatcher's mode; its members can have no
 * other. Returns 0; -EBUSY where the attached program is no dispatcher, is a dispatcher that this process may not
 * look into, or holds a hopwire program of a living process; -ENOENT where nothing is attached, or nothing is
 * left; or another negative errno.
 */
int dispatcher_open(struct dispatcher **out, unsigned interface_index, const char *name, bool *generic);

/*
 * dispatcher_join() loads `object`, which must be open and not loaded. It puts the object's program `name` before
 * all other members, which get the frames that it passes. The caller keeps ownership of the object. Returns 0 or
 * a negative errno. After an error the object may be loaded, and cannot be used any more.
 */
int dispatcher_join(struct dispatcher *dispatcher, struct bpf_object *object);

/* dispatcher_close() takes the program out, if it had joined. A CPU may still be running it: see grace.h. */
void dispatcher_close(struct dispatcher *dispatcher);
