// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/pcap_file.h"

#include <errno.h>

#include "base/clock.h"

enum {
    FILE_HEADER = 24,
    LINK_TYPE = 20,              /* its offset in the header */
    LINK_TYPE_MASK = 0x03ffffff, /* the bits above are the length of frame check sequences */
    PACKET_HEADER = 16,
    PACKET_FRACTION = 4,
    PACKET_CAPTURED = 8,
    PATCHED_PACKET_HEADER = 24, /* with interface, protocol and direction behind the usual fields */
    PACKET_MAX = 1 << 18,       /* the same as in libpcap */
};

static const struct variant {
    uint32_t magic, unit_ns;
    size_t packet_header;
} variants[] = {
    {0xa1b2c3d4, NS_PER_US, PACKET_HEADER},
    {0xa1b23c4d, 1, PACKET_HEADER},
    {0xa1b2cd34, NS_PER_US, PATCHED_PACKET_HEADER},
};

static const struct variant *find_variant(const uint8_t magic[4], bool *swapped)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
        for (int order = 0; order < 2; order++)
            if (captured_u32(magic, order) == variants[i].magic) {
                *swapped = order;
                return &variants[i];
            }
    return NULL;
}

bool pcap_file_is(const uint8_t magic[4])
{
    bool swapped;

    return find_variant(magic, &swapped);
}

int pcap_file_begin(struct pcap_file *file, struct capture_bytes *bytes, struct error_text *reason)
{
    const uint8_t *header;
    bool swapped = false;

    if (capture_bytes_take(bytes, FILE_HEADER, &header) != 1)
        return error_text_set(reason, -EINVAL, "truncated: it ends within the header of the file");

    const struct variant *variant = find_variant(header, &swapped);
    *file = (struct pcap_file){
        .swapped = swapped,
        .unit_ns = variant->unit_ns,
        .packet_header = variant->packet_header,
        .link_type = (int)(captured_u32(header + LINK_TYPE, swapped) & LINK_TYPE_MASK),
    };
    return 0;
}

static uint64_t stamp(const struct pcap_file *file, const uint8_t *header)
{
    return captured_u32(header, file->swapped) * NS_PER_S +
           (uint64_t)captured_u32(header + PACKET_FRACTION, file->swapped) * file->unit_ns;
}

int pcap_file_next(const struct pcap_file *file, struct capture_bytes *bytes, struct captured_frame *out,
                   struct error_text *reason)
{
    const uint8_t *header;
    int result = capture_bytes_take(bytes, file->packet_header, &header);

    if (result != 1)
        return result;
    *out = (struct captured_frame){
        .length = captured_u32(header + PACKET_CAPTURED, file->swapped),
        .link_type = file->link_type,
        .realtime_ns = stamp(file, header),
    };
    if (out->length > PACKET_MAX)
        return error_text_set(reason, -EINVAL, "damaged: a packet of %zu bytes", out->length);
    result = capture_bytes_take(bytes, out->length, &out->data);
    return result ? result : -ENODATA;
}
