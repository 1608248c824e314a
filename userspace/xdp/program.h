// SPDX-License-Identifier: GPL-2.0-or-later
/* What all XDP programs of hopwire share: attaching them, and reading their per-CPU counters. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum xdp_mode {
    XDP_MODE_NATIVE,  /* in the driver */
    XDP_MODE_GENERIC, /* in the stack, for drivers without XDP: slower, same outcome */
};

const char *xdp_mode_name(enum xdp_mode mode);

/*
 * xdp_program_attach() attaches a loaded program to an interface of the thread's namespace. Returns the
 * descriptor of a bpf_link: the program is detached when it is closed, however the process ends. Otherwise
 * returns -EBUSY or -EEXIST where another program is attached; -EOPNOTSUPP where the driver does not support
 * this mode; or another negative errno.
 */
int xdp_program_attach(int program_fd, unsigned interface_index, enum xdp_mode mode);

/* xdp_program_detach() detaches the program and closes the link, if `link_fd` is not negative. It needs no
 * privilege. A CPU may still be running the program: see grace.h. */
void xdp_program_detach(int link_fd);

/*
 * xdp_program_counters() reads the first element of a per-CPU array map, `count` 64-bit counters, and sums each
 * over all CPUs. Returns 0 or a negative errno.
 */
int xdp_program_counters(int map_fd, uint64_t *sums, size_t count);
