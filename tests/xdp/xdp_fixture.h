// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reply filter on one end of a veth pair, the tests of this directory at the other. All asserts success.
 *
 *   near: filter, AF_XDP sockets, the kernel (fixture.near_wire) <---- far: fixture.far_wire
 */
#pragma once

#include "host/two_hosts.h"
#include "support/reply_builder.h"
#include "support/wire.h"
#include "xdp/socket.h"
#include "xdp/xdp_filter.h"

struct xdp_fixture {
    struct two_hosts hosts;
    struct xdp_filter *filter; /* attached */
    struct source *source;     /* NULL: the queue has no socket */
    int far_wire;
    int near_wire; /* sees what the filter leaves to the kernel */
};

/* xdp_fixture_start() makes hosts and filter; with `frames` above 0 also a socket for the queue. */
void xdp_fixture_start(struct xdp_fixture *fixture, enum xdp_mode mode, uint32_t frames);
void xdp_fixture_end(struct xdp_fixture *fixture);

/* xdp_fixture_reply() is a reply to a probe whose target is `number`: each differs from the others. */
struct built_reply xdp_fixture_reply(uint32_t number);

/* xdp_fixture_inject() sends it from the far end. */
void xdp_fixture_inject(const struct xdp_fixture *fixture, const struct built_reply *reply);

/* xdp_fixture_same_but_stamped() says whether a frame is as it was sent, but for the time that the filter
 * wrote into it. */
bool xdp_fixture_same_but_stamped(const struct received_frame *frame, const uint8_t *sent);

/* xdp_fixture_wait() waits until the filter has received `errors` ICMP errors in all, and returns its
 * counters; what else passes is the hosts' own affair (IPv6 looks for neighbours). */
struct filter_counters xdp_fixture_wait(const struct xdp_fixture *fixture, uint64_t errors);
