// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captured packets as a source of replies: pcap and pcapng, plain or compressed by gzip or zstd, of all link
 * types that packet/link_layer.h supports. In a file with several link types, packets of an unsupported type
 * count as packets without IP.
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
    size_t length;        /* as captured, which may be less than the packet; 0: no IP was found */
    uint64_t realtime_ns; /* Unix epoch; 0: the packet has no time stamp */
};

/* Packets that are not decoded, although they may have IP inside. */
struct captured_unknown {
    uint64_t packets;   /* of links that are not decoded */
    int link_type;      /* of the first of them */
    uint64_t inside;    /* of other links, with a protocol that is not decoded */
    uint16_t ethertype; /* of the first of them */
};

/* capture_open() reads `path`; "-" is stdin. Input that can be read only once is first copied to a temporary
 * file. Returns 0, or -EINVAL with one line in `error`. */
int capture_open(struct capture **out, const char *path, struct error_text *error);

/*
 * capture_next() reads the next packet, which is valid until the next call. Returns 1; 0 at the end; -ENODATA
 * if the file ends within a packet, as that of a killed capture does; -EINVAL if it is damaged. Both errors
 * come with a line in `error`.
 */
int capture_next(struct capture *capture, struct captured_packet *out, struct error_text *error);

/* capture_rewind() starts again with the first packet. Returns 0, or -EINVAL with one line in `error`; then
 * only capture_close() may be called. */
int capture_rewind(struct capture *capture, struct error_text *error);

/* capture_unknown() returns the undecoded packets among those read since the beginning. */
struct captured_unknown capture_unknown(const struct capture *capture);

void capture_close(struct capture *capture);
