// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blocks of pcapng as they are written (receive/pcapng.h has the format): packets from the IP header on, stamped
 * in nanoseconds. Each function fills `out`, of the size that is named beside it, and returns the bytes of the
 * block.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    PCAPNG_TEXT_MAX = 255, /* of a comment or a name; what is longer is cut */
    PCAPNG_OTHER_SIZE = 1024,
    /* Beside the packet's own bytes: fixed fields, comment, flags, padding. */
    PCAPNG_PACKET_OVERHEAD = 320,
};

/* pcapng_section() begins a file, or the part of another run (PCAPNG_OTHER_SIZE). */
size_t pcapng_section(uint8_t *out, const char *program, const char *system);

/* pcapng_interface() describes the next one of the section, from 0 (PCAPNG_OTHER_SIZE). */
size_t pcapng_interface(uint8_t *out, const char *name, const char *filter);

struct pcapng_packet {
    uint32_t interface;
    uint64_t realtime_ns;
    const uint8_t *ip;
    uint32_t length, original; /* as captured, and as it was */
    const char *comment;       /* NULL: none */
};

/* pcapng_packet() needs as much as the packet and PCAPNG_PACKET_OVERHEAD. */
size_t pcapng_packet(uint8_t *out, const struct pcapng_packet *packet);

struct pcapng_statistics {
    uint64_t start_ns, end_ns;
    uint64_t received, dropped_by_interface, filter_accepted, dropped_by_system, delivered;
};

/* pcapng_statistics() says what an interface counted (PCAPNG_OTHER_SIZE). */
size_t pcapng_statistics(uint8_t *out, uint32_t interface, const struct pcapng_statistics *statistics);
