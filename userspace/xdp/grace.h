// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits until no CPU runs a BPF program that was just detached.
 *
 * Detaching alone does not wait. In generic mode the kernel stores NULL in place of the old program and
 * releases it (generic_xdp_install, net/core/dev.c), while other CPUs may still be running it. Some drivers
 * wait, and some do not. Programs run in RCU read-side critical sections, or with bottom halves disabled, which
 * counts as such a section. In native mode the section is the whole poll of a queue, and it ends with the flush
 * of the redirected frames. So after a grace period the counters are final, and the frames are in their rings.
 * Frames that still wait in a CPU's backlog then find no program, and go to the kernel as if they had arrived
 * later.
 *
 * An update of a map of maps is certain to wait for a grace period: maybe_wait_bpf_programs() in
 * kernel/bpf/syscall.c, "so that userspace, when we return to it, knows that all programs that could be running
 * use the new map value" (Linux 4.20). membarrier(2) does not serve: it does nothing where only one CPU is
 * online, and fails where some CPUs are nohz_full.
 */
#pragma once

/* The maps. They are made while the process is still allowed to. */
struct grace {
    int outer, inner; /* -1: none */
};

#define GRACE_NONE                                                                                           \
    {                                                                                                        \
        -1, -1                                                                                               \
    }

/* grace_open() makes the maps. Returns 0 or a negative errno: -EPERM without CAP_BPF. grace_close() may be
 * called after either. */
int grace_open(struct grace *grace);
void grace_close(struct grace *grace);

/* grace_period() waits for some tens of milliseconds at most. It needs no privilege. Returns 0 or a negative
 * errno. */
int grace_period(const struct grace *grace);
