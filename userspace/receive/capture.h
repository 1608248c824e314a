// SPDX-License-Identifier: GPL-2.0-or-later
/* Captured packets (pcap and pcapng, through libpcap) as a source of replies, of all links that
 * packet/link_layer.h knows. */
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

void capture_close(struct capture *capture);
