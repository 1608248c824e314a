// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The XDP responder (bpf/sim_router.bpf.c): loads it with a topology, attaches it, reads its counters.
 * The attachment is a bpf_link, gone with its last descriptor: a killed process leaves nothing behind.
 */
#pragma once

#include <stdint.h>

#include "sim_router.h"

struct sim_responder;

/* sim_responder_load() loads the program for the gateway with Ethernet address `mac`. Without a `line` (NULL)
 * replies go back at once. 0 or a negative errno: -EPERM without CAP_BPF and CAP_NET_ADMIN. */
int sim_responder_load(struct sim_responder **out, const struct sim_topology *topology,
                       const struct sim_router_line *line, const uint8_t mac[6]);

/* sim_responder_set_mac() gives the gateway another Ethernet address, from the next frame on;
 * sim_responder_get_mac() returns it. Safe from every thread. */
void sim_responder_set_mac(struct sim_responder *responder, const uint8_t mac[6]);
void sim_responder_get_mac(const struct sim_responder *responder, uint8_t mac[6]);

/* sim_responder_set_line() hands the replies to probes of `queue` over to an AF_XDP socket, where `config`
 * said that they are to be held. 0 or a negative errno. */
int sim_responder_set_line(struct sim_responder *responder, unsigned queue, int socket_fd);

/* sim_responder_attach() attaches it natively to a device of the calling thread's namespace; 0 or a negative
 * errno. */
int sim_responder_attach(struct sim_responder *responder, unsigned interface_index);

/*
 * sim_responder_redirect() lets replies leave through the device by XDP_REDIRECT rather than XDP_TX: veth
 * wakes its peer for XDP_TX only where that has a program, for XDP_REDIRECT also where it has GRO.
 */
void sim_responder_redirect(struct sim_responder *responder, unsigned interface_index);

/* sim_responder_program() is the program's descriptor, for BPF_PROG_TEST_RUN; it stays the responder's. */
int sim_responder_program(const struct sim_responder *responder);

/* sim_responder_counters() sums the counters of all CPUs; 0 or a negative errno. Safe from every thread. */
int sim_responder_counters(const struct sim_responder *responder, struct sim_router_counters *out);

/* sim_responder_destroy() detaches and unloads; NULL is allowed. */
void sim_responder_destroy(struct sim_responder *responder);
