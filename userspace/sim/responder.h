// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The XDP responder (bpf/sim_router.bpf.c): loads it with a topology, attaches it, reads its counters. The
 * attachment is a bpf_link, which ends with its last descriptor: a killed process leaves nothing behind.
 */
#pragma once

#include <stdint.h>

#include "sim_router.h"

struct sim_responder;

/* sim_responder_load() loads the program for the gateway with Ethernet address `mac`. If `line` is NULL,
 * replies go back at once. Returns 0 or a negative errno: -EPERM without CAP_BPF and CAP_NET_ADMIN. */
int sim_responder_load(struct sim_responder **out, const struct sim_topology *topology,
                       const struct sim_router_line *line, const uint8_t mac[6]);

/* sim_responder_set_mac() changes the Ethernet address of the gateway, from the next frame on;
 * sim_responder_get_mac() returns it. Both may be called from any thread. */
void sim_responder_set_mac(struct sim_responder *responder, const uint8_t mac[6]);
void sim_responder_get_mac(const struct sim_responder *responder, uint8_t mac[6]);

/* sim_responder_set_line() passes the replies to probes of `queue` to an AF_XDP socket, if the line given at
 * loading says that replies are held. Returns 0 or a negative errno. */
int sim_responder_set_line(struct sim_responder *responder, unsigned queue, int socket_fd);

/* sim_responder_attach() attaches the program in native mode to a device of the calling thread's namespace.
 * Returns 0 or a negative errno. */
int sim_responder_attach(struct sim_responder *responder, unsigned interface_index);

/*
 * sim_responder_redirect() makes replies leave through the device by XDP_REDIRECT instead of XDP_TX. For
 * XDP_TX, veth wakes its peer only if that has a program; for XDP_REDIRECT also if it has GRO.
 */
void sim_responder_redirect(struct sim_responder *responder, unsigned interface_index);

/* sim_responder_program() returns the program's descriptor, for BPF_PROG_TEST_RUN; the responder owns it. */
int sim_responder_program(const struct sim_responder *responder);

/* sim_responder_counters() sums the counters of all CPUs. Returns 0 or a negative errno. May be called from
 * any thread. */
int sim_responder_counters(const struct sim_responder *responder, struct sim_router_counters *out);

/* sim_responder_destroy() detaches and unloads; NULL is allowed. */
void sim_responder_destroy(struct sim_responder *responder);
