// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes blocks of pcapng (receive/pcapng.h has the format): packets from the IP header on, with times in
 * nanoseconds. Each function fills `out`, whose size is named in its comment, and returns the length of the
 * block in bytes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    PCAPNG_TEXT_MAX = 255, /* of a comment or a name; longer ones are cut */
    PCAPNG_OTHER_SIZE = 1024,
    /* Besides the packet's own bytes: fixed fields, comment, flags, padding. */
    PCAPNG_PACKET_OVERHEAD = 320,
};

/* pcapng_section() begins a file, or the part of a further run (PCAPNG_OTHER_SIZE). */
size_t pcapng_section(uint8_t *out, const char *program, const char *system);

/* pcapng_interface() describes the next interface of the section; they are numbered from 0
 * (PCAPNG_OTHER_SIZE). */
size_t pcapng_interface(uint8_t *out, const char *name, const char *filter);

struct pcapng_packet {
    uint32_t interface;
    uint64_t realtime_ns;
    const uint8_t *ip;
    uint32_t length, original; /* as captured, and of the original packet */
    const char *comment;       /* NULL: none */
};

/* pcapng_packet() writes a packet (`length` + PCAPNG_PACKET_OVERHEAD). */
size_t pcapng_packet(uint8_t *out, const struct pcapng_packet *packet);

struct pcapng_statistics {
    uint64_t start_ns, end_ns;
    uint64_t received, dropped_by_interface, filter_accepted, dropped_by_system, delivered;
};

/* pcapng_statistics() writes the counters of an interface (PCAPNG_OTHER_SIZE). */
size_t pcapng_statistics(uint8_t *out, uint32_t interface, const struct pcapng_statistics *statistics);
