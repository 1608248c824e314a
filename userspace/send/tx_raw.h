// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes through a raw sockets that take whole packets (raw(7), ipv6(7)), one for each family: the kernel
 * finds way and next hop, on every kind of device, with CAP_NET_RAW alone. For probes that are kept in a table, or whose headers are given; a call a probe. It is no backend for
 * surveys and stands in no table of them.
 */
#pragma once

#include "base/address_pair.h"
#include "packet/given.h"
#include "packet/tracked.h"
#include "send/tx.h"

/* What becomes of packets that are longer than the MTU of their path. The kernel does not fragment what has
 * its own header: this does, as ping(8) has it done. */
enum tx_raw_long {
    TX_RAW_REFUSED,    /* they are dropped where the device takes none so long */
    TX_RAW_FRAGMENTED, /* they leave in fragments */
    TX_RAW_DISCOVERED, /* likewise, and whatever fits must not be fragmented by others: routers that have a
                          narrower link say so, and the kernel remembers it. By IPv6 there is nothing else:
                          there, the two are one */
};

struct tx_raw_config {
    const struct given
        *given; /* what makes packets of probes, and outlives the backend; NULL: `tracked` does */
    enum tx_raw_long long_packets;
    int ipv4, ipv6;              /* of tx_raw_socket(); the caller's, until the backend is closed; -1: none */
    const char *interface;       /* the device by which all leave; NULL: the routes decide */
    struct address_pair sources; /* for rules that route by them; none: routed as if the kernel chose one */
    uint8_t protocol;            /* likewise: IPPROTO_…, for which Linux before 6.4 has no ears */
    const unsigned
        *scopes; /* by lane, the interface on whose link its targets are, where these are link-local;
                               0: they are not. Copied; NULL: none is */
    unsigned scope_count;
    /* Read as each packet is handed to the kernel, CLOCK_MONOTONIC: with caches cold, choosing and writing a probe
     * takes 10 µs, which are none of its round-trip time. NULL: probes leave when tx.h says that they are sent. */
    uint64_t (*clock)(void);
};

/* tx_raw_socket() is the socket of a family, or a negative errno: -EPERM without CAP_NET_RAW, -EAFNOSUPPORT
 * where the kernel has no IPv6. It is all that needs a privilege. */
int tx_raw_socket(enum address_family family);

/*
 * tx_raw_open() makes the backend; `tracked`, NULL where the headers are given, outlives it. What the kernel routes by is not what stands in the
 * packets but `config`: it takes their source and protocol from there, and knows no ports. 0 or a negative
 * errno.
 */
int tx_raw_open(struct tx **out, struct tracked *tracked, const struct tx_raw_config *config);

/* tx_raw_learn() remembers what a router told of the MTU on the way to `target_address`, for those packets
 * that must not be fragmented by others. */
void tx_raw_learn(struct tx *tx, struct address target_address, unsigned mtu);

/* tx_raw_error() is why the last probe that was dropped could not be sent, a negative errno; 0: none was. */
int tx_raw_error(const struct tx *tx);
