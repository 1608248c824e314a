// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads the XDP reply filter (bpf/reply_filter.bpf.c) and keeps it on an interface. */
#pragma once

#include <stdbool.h>

#include "answer_cell.h"
#include "filter.h"
#include "packet/layout.h"
#include "xdp/program.h"

struct xdp_filter;

/*
 * xdp_filter_open() loads the program for probes of these layouts. If a family has no layout, all of its frames go
 * to the kernel. Up to `queues` RX queues can get a socket. Of the answers to one probe about `answers` come
 * through, at most CELL_ANSWERS (answer_cell.h); with CELL_NO_LIMIT all do. Returns 0 or a negative errno: -EPERM
 * without CAP_BPF and CAP_NET_ADMIN.
 */
int xdp_filter_open(struct xdp_filter **out, const struct layout_pair *pair, unsigned queues,
                    uint32_t answers);

/*
 * xdp_filter_tell() makes the filter report the frames that it rejects, through a ring that rejected_frames.h
 * reads. Frames that find the ring full are counted as FILTER_UNTOLD. It loads the program again, so it must be
 * called before the filter is attached. Returns 0 or a negative errno; after an error only xdp_filter_close() may
 * be called. xdp_filter_rejected_fd() returns the descriptor of the ring's map.
 */
int xdp_filter_tell(struct xdp_filter *filter);
int xdp_filter_rejected_fd(const struct xdp_filter *filter);

/* xdp_filter_set_socket() makes the filter redirect the replies of `queue` to the AF_XDP socket `fd`. */
int xdp_filter_set_socket(struct xdp_filter *filter, unsigned queue, int fd);

/*
 * xdp_filter_attach() attaches the program to the interface. Returns 0 or the negative errno of
 * xdp_program_attach(). It first tries a program that takes frames in several buffers; without that, drivers
 * refuse MTUs above some 3,500. Where the kernel (before 5.18) or the driver does not support that, it attaches a
 * program that does not. Sockets must be set afterwards.
 */
int xdp_filter_attach(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode mode);

/*
 * xdp_filter_join() attaches the program beside those that are attached already, where libxdp's dispatcher calls
 * them (dispatcher.h). `mode` receives the dispatcher's mode. Returns 0, or the negative errno of
 * dispatcher_open() or dispatcher_join(). If all hopwire processes are killed by SIGKILL, the program stays there
 * until the next xdp_filter_join().
 */
int xdp_filter_join(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode *mode);

/* xdp_filter_detach() detaches the program. No counter changes afterwards. */
void xdp_filter_detach(struct xdp_filter *filter);

/* xdp_filter_counts_refusals() returns true if FILTER_REDIRECT_FAILED counts. It does not without CAP_PERFMON,
 * without the kernel's BTF, or before Linux 5.12. */
bool xdp_filter_counts_refusals(const struct xdp_filter *filter);

/* xdp_filter_counters() sums the counters over all CPUs. Returns 0 or a negative errno. */
int xdp_filter_counters(const struct xdp_filter *filter, struct filter_counters *out);

void xdp_filter_close(struct xdp_filter *filter);
