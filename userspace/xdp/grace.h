// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting until no CPU runs a BPF program that was just taken off.
 *
 * Taking it off does not do that. In generic mode the kernel puts NULL in its place and lets go of the old
 * one (generic_xdp_install, net/core/dev.c), while other CPUs may be in the middle of it; of drivers some
 * wait and some do not. Programs run in RCU read-side critical sections, or with bottom halves disabled,
 * which are such sections, too; in native mode that is the whole poll of a queue, with the flush of what was
 * redirected at its end, so that after a grace period counters are final and frames are in their rings.
 * Frames that still wait in a CPU's backlog then find no program, and go to the kernel as if they had come
 * later.
 *
 * What waits for a grace period for certain is the change of a map of maps: maybe_wait_bpf_programs() in
 * kernel/bpf/syscall.c, "so that userspace, when we return to it, knows that all programs that could be
 * running use the new map value" (Linux 4.20). membarrier(2) does nothing where one CPU is online, and
 * refuses where some are nohz_full.
 */
#pragma once

/* The maps, made while that is allowed. */
struct grace {
    int outer, inner; /* -1: none */
};

#define GRACE_NONE                                                                                           \
    {                                                                                                        \
        -1, -1                                                                                               \
    }

/* grace_open() makes them; 0 or a negative errno: -EPERM without CAP_BPF. grace_close() is right after both. */
int grace_open(struct grace *grace);
void grace_close(struct grace *grace);

/* grace_period() waits, some tens of milliseconds at most. It needs no privilege. 0 or a negative errno. */
int grace_period(const struct grace *grace);
