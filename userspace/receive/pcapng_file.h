// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures in the format of Wireshark's programs (draft-ietf-opsawg-pcapng): sections of either byte order,
 * each with interfaces of its own, whose link types and units of time may differ. Blocks without a packet are
 * skipped.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "receive/capture_bytes.h"
#include "receive/captured_frame.h"

struct pcapng_interface;

struct pcapng_file {
    bool swapped; /* in this section */
    struct pcapng_interface *interfaces;
    size_t count, capacity;
};

/* pcapng_file_is() returns whether a file that begins with these four bytes is such a capture. */
bool pcapng_file_is(const uint8_t magic[4]);

/* pcapng_file_next() starts with a `file` of zeros. Returns as pcap_file_next(), or -ENOMEM. The link type of
 * a packet is that of its interface. */
int pcapng_file_next(struct pcapng_file *file, struct capture_bytes *bytes, struct captured_frame *out,
                     struct error_text *reason);

/* pcapng_file_link_type() returns the link type of an interface of this section; -1 behind the last. */
int pcapng_file_link_type(const struct pcapng_file *file, size_t interface);

void pcapng_file_end(struct pcapng_file *file);
