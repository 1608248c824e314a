// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the errors of both families share: lengthening a frame at its front, because a frame from veth has
 * hardly any room at its end, and labels in an extension (RFC 4884, RFC 4950).
 */
#pragma once

#include "sim_packet.h"
#include "sim_topology.h"

#define FAULT 0x5555 /* the difference of a wrong checksum; not 0xffff, which equals 0 */

#define EXTENSION_START   (ICMP_EXTENSION_VERSION << 12)
#define EXTENSION_HEADERS (ICMP_EXTENSION_HEADER + ICMP_OBJECT_HEADER) /* there is one object */
#define MPLS_STACK_OBJECT (ICMP_OBJECT_MPLS_CLASS << 8 | ICMP_OBJECT_MPLS_TYPE)
#define EXTENSION_ROOM    (EXTENSION_HEADERS + MPLS_ENTRY * SIM_MAX_LABELS)

#define ICMP_ERROR(type, code) ((type) << 8 | (code))

static __always_inline bool is_extended(const struct sim_hop *hop)
{
    return hop->label_count && hop->bogus != SIM_BOGUS_TRUNCATED;
}

static __always_inline uint32_t extension_bytes(const struct sim_hop *hop)
{
    return EXTENSION_HEADERS + MPLS_ENTRY * hop->label_count;
}

/* Writes the label stack of RFC 4950 as the only object of an extension structure (RFC 4884, section 7). */
static __always_inline void write_extension(uint8_t *extension, const struct sim_hop *hop)
{
    uint8_t *object = extension + ICMP_EXTENSION_HEADER;
    uint32_t object_length = extension_bytes(hop) - ICMP_EXTENSION_HEADER;
    uint32_t sum = EXTENSION_START + object_length + MPLS_STACK_OBJECT;

    for (int i = 0; i < SIM_MAX_LABELS; i++) {
        if (i >= hop->label_count)
            break;
        store_be32(extension + EXTENSION_HEADERS + MPLS_ENTRY * i, hop->labels[i]);
        sum += checksum_u32(hop->labels[i]);
    }
    store_be16(extension, EXTENSION_START);
    store_be16(extension + ICMP_EXTENSION_CHECKSUM, checksum_finish(sum));
    store_be16(object, (uint16_t)object_length);
    store_be16(object + ICMP_OBJECT_CLASS, MPLS_STACK_OBJECT);
}

/* For the verifier, which must see both bounds of a length in one register: the compiler may neither merge the
 * comparisons nor turn one into a comparison with 0, which Linux 6.1 does not understand. */
static __always_inline bool is_length(uint64_t *length, uint64_t most)
{
    uint64_t least = 1;

    barrier_var(*length);
    barrier_var(least);
    if (*length > most)
        return false;
    barrier_var(*length);
    return *length >= least;
}

/*
 * Cuts the frame after `kept` bytes of its packet, lengthens it at its front by `longer` bytes, or shortens it
 * if that is negative, and writes the link header, with swapped addresses, to the new front.
 */
static __always_inline bool extend_frame(struct xdp_md *ctx, uint32_t link, uint32_t kept, int longer)
{
    uint8_t old[LONGEST_LINK];

    if (bpf_xdp_load_bytes(ctx, 0, old, sizeof(old)) || !resize(ctx, link + kept) ||
        bpf_xdp_adjust_head(ctx, -longer))
        return false;

    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    if (!HAS_BYTES(frame, LONGEST_LINK, end))
        return false;
    __builtin_memcpy(frame, old + ETHERNET_ADDRESS, ETHERNET_ADDRESS);
    __builtin_memcpy(frame + ETHERNET_ADDRESS, old, ETHERNET_ADDRESS);
    __builtin_memcpy(frame + ETHERNET_TYPE, old + ETHERNET_TYPE, LONGEST_LINK - ETHERNET_TYPE);
    return true;
}
