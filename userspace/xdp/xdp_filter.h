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
 * xdp_filter_open() loads the program for probes of those layouts; all frames of a family without one are the
 * kernel's. `queues` RX queues can get a socket. Of the answers to one probe about `answers` come through,
 * CELL_ANSWERS or less (answer_cell.h); CELL_NO_LIMIT: all. 0 or a negative errno: -EPERM without CAP_BPF and CAP_NET_ADMIN.
 */
int xdp_filter_open(struct xdp_filter **out, const struct layout_pair *pair, unsigned queues,
                    uint32_t answers);

/*
 * xdp_filter_tell() has it tell of the frames that it rejects, which rejected_frames.h reads; what finds no room
 * there is counted as FILTER_UNTOLD. Before it is attached, since the program is loaded once more: 0 or a negative
 * errno, after which nothing is left to do but xdp_filter_close(). xdp_filter_rejected_fd() is the map.
 */
int xdp_filter_tell(struct xdp_filter *filter);
int xdp_filter_rejected_fd(const struct xdp_filter *filter);

/* xdp_filter_set_socket() hands the replies of `queue` to the AF_XDP socket `fd`. */
int xdp_filter_set_socket(struct xdp_filter *filter, unsigned queue, int fd);

/*
 * xdp_filter_attach() puts the program on the interface; 0 or the negative errno of xdp_program_attach(). It
 * is one that takes frames in several buffers, without which drivers refuse MTUs above some 3,500; where the
 * kernel (before 5.18) or the driver does not know that, one that does not. Sockets are set afterwards.
 */
int xdp_filter_attach(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode mode);

/*
 * xdp_filter_join() puts the program beside those that are attached already, where libxdp's dispatcher calls
 * them (dispatcher.h), and says in which mode that is. 0, or the negative errno of dispatcher_open() or
 * dispatcher_join(). After SIGKILL of all of our processes it stays there until the next
 * xdp_filter_join().
 */
int xdp_filter_join(struct xdp_filter *filter, unsigned interface_index, enum xdp_mode *mode);

/* xdp_filter_detach() takes it off again: afterwards no counter moves any more. */
void xdp_filter_detach(struct xdp_filter *filter);

/* xdp_filter_counts_refusals() says whether FILTER_REDIRECT_FAILED counts; not without CAP_PERFMON, or a
 * kernel's BTF, or before Linux 5.12. */
bool xdp_filter_counts_refusals(const struct xdp_filter *filter);

/* xdp_filter_counters() sums up over all CPUs; 0 or a negative errno. */
int xdp_filter_counters(const struct xdp_filter *filter, struct filter_counters *out);

void xdp_filter_close(struct xdp_filter *filter);
