// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Captures as libpcap has always written them (draft-ietf-opsawg-pcap): a header, then packets, in either byte
 * order, by microseconds or nanoseconds. Also with the longer packet headers of Alexey Kuznetzov's patch.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "receive/capture_bytes.h"
#include "receive/captured_frame.h"

struct pcap_file {
    bool swapped;
    uint32_t unit_ns;     /* of the second half of time stamps */
    size_t packet_header; /* bytes */
    int link_type;
};

/* pcap_file_is() says whether a file that begins with these four bytes is one. */
bool pcap_file_is(const uint8_t magic[4]);

/* pcap_file_begin() reads the header: 0, or a negative errno and a reason without the file's name. */
int pcap_file_begin(struct pcap_file *file, struct capture_bytes *bytes, struct error_text *reason);

/* pcap_file_next() is 1 with a packet; 0 at the end; -ENODATA where the file ends within one; -EINVAL where it
 * is damaged; or what unpacked_file_read() has; the last two with a reason. */
int pcap_file_next(const struct pcap_file *file, struct capture_bytes *bytes, struct captured_frame *out,
                   struct error_text *reason);
