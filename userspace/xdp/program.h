// SPDX-License-Identifier: GPL-2.0-or-later
/* What all our XDP programs have in common: being attached, and counting per CPU. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum xdp_mode {
    XDP_MODE_NATIVE,  /* in the driver */
    XDP_MODE_GENERIC, /* in the stack, for drivers without XDP: slower, the same outcome */
};

const char *xdp_mode_name(enum xdp_mode mode);

/*
 * xdp_program_attach() puts a loaded program on an interface of the thread's namespace. Returns the
 * descriptor of a bpf_link, with which the program goes, however the process ends; -EBUSY or -EEXIST where
 * another program is there; -EOPNOTSUPP where the driver does not take it in this mode; or another negative
 * errno.
 */
int xdp_program_attach(int program_fd, unsigned interface_index, enum xdp_mode mode);

/* xdp_program_detach() takes it off and closes the link, if `link_fd` is not negative; needs no privilege. A CPU
 * may still be in the middle of it: grace.h. */
void xdp_program_detach(int link_fd);

/*
 * xdp_program_counters() sums the first element of a per-CPU array map, `count` 64-bit counters, over all
 * CPUs. 0 or a negative errno.
 */
int xdp_program_counters(int map_fd, uint64_t *sums, size_t count);
