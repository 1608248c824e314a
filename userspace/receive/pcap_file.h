// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures in libpcap's original format (draft-ietf-opsawg-pcap): a header, then packets, in either byte
 * order, with times in microseconds or nanoseconds. Also with the longer packet headers of Alexey Kuznetzov's
 * patch.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "receive/capture_bytes.h"
#include "receive/captured_frame.h"

struct pcap_file {
    bool swapped;
    uint32_t unit_ns;     /* unit of the second half of time stamps */
    size_t packet_header; /* bytes */
    int link_type;
};

/* pcap_file_is() returns whether a file that begins with these four bytes is such a capture. */
bool pcap_file_is(const uint8_t magic[4]);

/* pcap_file_begin() reads the header. Returns 0, or a negative errno with a reason that does not name the
 * file. */
int pcap_file_begin(struct pcap_file *file, struct capture_bytes *bytes, struct error_text *reason);

/* pcap_file_next() returns 1 with a packet; 0 at the end; -ENODATA if the file ends within a packet; -EINVAL
 * if it is damaged; or an error of unpacked_file_read(). The last two come with a reason. */
int pcap_file_next(const struct pcap_file *file, struct capture_bytes *bytes, struct captured_frame *out,
                   struct error_text *reason);
