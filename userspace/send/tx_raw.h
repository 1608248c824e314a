// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends probes through raw sockets that take whole packets (raw(7), ipv6(7)), one per family. The kernel
 * finds the way out and the next hop, on every kind of device, with CAP_NET_RAW alone. For probes that are
 * kept in a table, or whose headers are given; one system call per probe. Not for surveys, and so not in
 * their table of backends.
 */
#pragma once

#include "base/address_pair.h"
#include "packet/given.h"
#include "packet/tracked.h"
#include "send/tx.h"

/* What becomes of packets longer than the MTU of their path. The kernel does not fragment packets that bring
 * their own header; this backend does, as the kernel does for ping(8). */
enum tx_raw_long {
    TX_RAW_REFUSED,    /* dropped if longer than the device allows */
    TX_RAW_FRAGMENTED, /* sent in fragments */
    TX_RAW_DISCOVERED, /* likewise, but packets that fit must not be fragmented by others: routers with a
                          narrower link report it, and the kernel remembers it. IPv6 has only this: there,
                          it is the same as TX_RAW_FRAGMENTED */
};

struct tx_raw_config {
    const struct given *given; /* makes packets of probes; outlives the backend; NULL: `tracked` does */
    enum tx_raw_long long_packets;
    int ipv4, ipv6;              /* from tx_raw_socket(); owned by the caller, open until the backend is
                                    closed; -1: none */
    const char *interface;       /* the device by which all probes leave; NULL: the routes decide */
    struct address_pair sources; /* for rules that route by source; none: routed as if the kernel chose the
                                    source */
    uint8_t protocol;            /* likewise: PROTOCOL_…, which Linux before 6.4 does not support */
    const unsigned
        *scopes; /* by lane: the interface on whose link its targets are, if these are link-local; else 0.
                    Copied; NULL: none is */
    unsigned scope_count;
    /* CLOCK_MONOTONIC, read when each packet is handed to the kernel: with cold caches, choosing and
     * writing a probe takes 10 µs, which must not count in its round-trip time. NULL: the send time is
     * that of tx.h. */
    uint64_t (*clock)(void);
};

/* tx_raw_socket() returns the socket of a family, or a negative errno: -EPERM without CAP_NET_RAW,
 * -EAFNOSUPPORT if the kernel has no IPv6. Nothing else here needs a privilege. */
int tx_raw_socket(enum address_family family);

/*
 * tx_raw_open() makes the backend. `tracked` outlives it; NULL if the headers are given. The kernel does not
 * route by the packets' contents but by `config`: source and protocol come from there, and ports are unknown
 * to it. Returns 0 or a negative errno.
 */
int tx_raw_open(struct tx **out, struct tracked *tracked, const struct tx_raw_config *config);

/* tx_raw_learn() stores the MTU of the path to `target_address` that a router reported, for packets that
 * others must not fragment. */
void tx_raw_learn(struct tx *tx, struct address target_address, unsigned mtu);

/* tx_raw_error() returns why the last dropped probe could not be sent, a negative errno; 0: none was
 * dropped. */
int tx_raw_error(const struct tx *tx);
