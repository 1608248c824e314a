// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captured packets (pcap and pcapng, compressed by gzip or zstd or not) as a source of replies, of all links
 * that packet/link_layer.h knows. Of a file whose interfaces have different links, those that it does not know
 * have packets in which no IP is found.
 *
 *   capture_bytes -> pcap_file or pcapng_file -> link_layer -> IP
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error_text.h"

struct capture;

struct captured_packet {
    const uint8_t *ip;    /* from the IP header on */
    size_t length;        /* as captured, which may be less than there was; 0: no IP was found */
    uint64_t realtime_ns; /* Unix epoch; 0: the packet has no time stamp */
};

/* Packets of links that are not decoded. */
struct captured_unknown {
    uint64_t packets;
    int link_type; /* of the first of them */
};

/* capture_open() reads `path`, "-" being stdin; what can be read once only is copied to a temporary file
 * first. 0, or -EINVAL with one line in `error`. */
int capture_open(struct capture **out, const char *path, struct error_text *error);

/*
 * capture_next() gives the next packet, valid until the next call. 1; 0 at the end; -ENODATA where the file
 * ends within a packet, as a killed capture does; -EINVAL where it is damaged; both with a line in `error`.
 */
int capture_next(struct capture *capture, struct captured_packet *out, struct error_text *error);

/* capture_rewind() begins again with the first packet. 0, or -EINVAL with one line in `error`; then only
 * capture_close() is left to do. */
int capture_rewind(struct capture *capture, struct error_text *error);

/* capture_unknown() counts those read since the beginning. */
struct captured_unknown capture_unknown(const struct capture *capture);

void capture_close(struct capture *capture);
