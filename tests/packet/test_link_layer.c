// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames as the standards draw them: the last byte, 0x45 or 0x60, is where the IP header begins. */
#include "packet/link_layer.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define ADDRESSES 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2

struct frame {
    const char *what;
    int number;
    unsigned length; /* of `bytes`, the last one included */
    uint8_t bytes[64];
};

#define FRAME_BEFORE(first_byte, what, number, ...)                                                          \
    {                                                                                                        \
        what, number, sizeof((uint8_t[]){__VA_ARGS__, first_byte}),                                          \
        {                                                                                                    \
            __VA_ARGS__, first_byte                                                                          \
        }                                                                                                    \
    }
#define FRAME(...)  FRAME_BEFORE(0x45, __VA_ARGS__)
#define FRAME6(...) FRAME_BEFORE(0x60, __VA_ARGS__)

static const struct frame found[] = {
    {"raw IP", 101, 1, {0x45}},
    {"raw IP, as libpcap calls it", 12, 1, {0x45}},
    {"raw IP, as OpenBSD calls it", 14, 1, {0x45}},
    {"raw IPv4", 228, 1, {0x45}},
    FRAME("loopback, little-endian", 0, 2, 0, 0, 0),
    FRAME("loopback, big-endian", 0, 0, 0, 0, 2),
    FRAME("OpenBSD loopback", 108, 0, 0, 0, 2),
    FRAME("Ethernet", 1, ADDRESSES, 8, 0),
    FRAME("VLAN", 1, ADDRESSES, 0x81, 0, 0, 7, 8, 0),
    FRAME("QinQ", 1, ADDRESSES, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 8, 0),
    FRAME("QinQ before 802.1ad", 1, ADDRESSES, 0x91, 0, 0, 7, 0x81, 0, 0, 8, 8, 0),
    FRAME("QinQ of other vendors", 1, ADDRESSES, 0x92, 0, 0, 7, 0x81, 0, 0, 8, 8, 0),
    FRAME("three VLAN tags", 1, ADDRESSES, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 0x81, 0, 0, 9, 8, 0),
    FRAME("802.1ah", 1, ADDRESSES, 0x88, 0xa8, 0, 7, 0x88, 0xe7, 0, 0, 0, 9, ADDRESSES, 8, 0),
    FRAME("MPLS", 1, ADDRESSES, 0x88, 0x47, 0, 6, 0x41, 0xff),
    FRAME("three labels", 1, ADDRESSES, 0x88, 0x47, 0, 6, 0x40, 9, 0, 7, 0x40, 9, 0, 8, 0x41, 9),
    FRAME("labels from upstream", 1, ADDRESSES, 0x88, 0x48, 0, 6, 0x41, 0xff),
    FRAME("VLAN and MPLS", 1, ADDRESSES, 0x81, 0, 0, 7, 0x88, 0x47, 0, 6, 0x41, 0xff),
    FRAME("PPPoE", 1, ADDRESSES, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 0, 0x21),
    FRAME("PPPoE, short protocol", 1, ADDRESSES, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 0x21),
    FRAME("VLAN and PPPoE", 1, ADDRESSES, 0x81, 0, 0, 7, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 0, 0x21),
    FRAME("MPLS in PPPoE", 1, ADDRESSES, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 2, 0x81, 0, 6, 0x41, 9),
    FRAME("802.3, SNAP", 1, ADDRESSES, 0, 0x27, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0),
    FRAME("802.3, SNAP of 802.1H", 1, ADDRESSES, 0, 0x27, 0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0),
    FRAME("802.3, IP's own LLC address", 1, ADDRESSES, 0, 0x27, 6, 6, 3),
    FRAME("VLAN, SNAP", 1, ADDRESSES, 0x81, 0, 0, 7, 0, 0x27, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0),
    FRAME("PPP", 9, 0xff, 3, 0, 0x21),
    FRAME("PPP without address", 9, 0, 0x21),
    FRAME("PPP, short protocol", 9, 0x21),
    FRAME("MPLS in PPP", 9, 0xff, 3, 2, 0x81, 0, 6, 0x41, 9),
    FRAME("PPP in HDLC", 50, 0xff, 3, 0, 0x21),
    FRAME("Cisco HDLC in PPP's number", 50, 0x0f, 0, 8, 0),
    FRAME("PPP over Ethernet alone", 51, 0x11, 0, 0, 1, 0, 0x21, 0, 0x21),
    FRAME("Cisco HDLC", 104, 0x0f, 0, 8, 0),
    FRAME("Cisco HDLC, MPLS", 104, 0x0f, 0, 0x88, 0x47, 0, 6, 0x41, 9),
    FRAME("PPP with a direction", 204, 1, 0xff, 3, 0, 0x21),
    FRAME("MPLS alone", 219, 0, 6, 0x41, 9),
    FRAME("Linux cooked", 113, 0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 8, 0),
    FRAME("Linux cooked v2", 276, 8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0),
    FRAME("Linux cooked v2, MPLS", 276, 0x88, 0x47, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0,
          6, 0x41, 9),
    {"raw IP, version 6", 101, 1, {0x60}},
    {"raw IPv6", 229, 1, {0x60}},
    FRAME6("loopback, BSD's number", 0, 24, 0, 0, 0),
    FRAME6("loopback, FreeBSD's", 0, 28, 0, 0, 0),
    FRAME6("loopback, macOS's", 0, 30, 0, 0, 0),
    FRAME6("Ethernet, IPv6", 1, ADDRESSES, 0x86, 0xdd),
    FRAME6("VLAN, IPv6", 1, ADDRESSES, 0x81, 0, 0, 7, 0x86, 0xdd),
    FRAME6("QinQ, IPv6", 1, ADDRESSES, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 0x86, 0xdd),
    FRAME6("802.1ah, IPv6", 1, ADDRESSES, 0x88, 0xa8, 0, 7, 0x88, 0xe7, 0, 0, 0, 9, ADDRESSES, 0x86, 0xdd),
    FRAME6("MPLS, explicit null of IPv6", 1, ADDRESSES, 0x88, 0x47, 0, 0, 0x21, 0xff),
    FRAME6("PPPoE, IPv6", 1, ADDRESSES, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 0, 0x57),
    FRAME6("802.3, SNAP, IPv6", 1, ADDRESSES, 0, 0x27, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd),
    FRAME6("PPP, IPv6", 9, 0xff, 3, 0, 0x57),
    FRAME6("PPP, IPv6, short protocol", 9, 0x57),
    FRAME6("PPP in HDLC, IPv6", 50, 0xff, 3, 0, 0x57),
    FRAME6("Cisco HDLC, IPv6", 104, 0x0f, 0, 0x86, 0xdd),
    FRAME6("PPP with a direction, IPv6", 204, 1, 0xff, 3, 0, 0x57),
    FRAME6("MPLS alone, IPv6", 219, 0, 6, 0x41, 9),
    FRAME6("Linux cooked, IPv6", 113, 0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0x86, 0xdd),
    FRAME6("Linux cooked v2, IPv6", 276, 0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0),
};

static const struct frame not_found[] = {
    FRAME("ARP", 1, ADDRESSES, 8, 6),
    FRAME("PPPoE discovery", 1, ADDRESSES, 0x88, 0x63, 0x11, 9, 0, 0, 0, 4),
    FRAME("PPPoE, link control", 1, ADDRESSES, 0x88, 0x64, 0x11, 0, 0, 1, 0, 0x21, 0xc0, 0x21),
    FRAME("spanning tree", 1, ADDRESSES, 0, 0x26, 0x42, 0x42, 3),
    FRAME("SNAP, ARP", 1, ADDRESSES, 0, 0x27, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6),
    FRAME("PPP, IPv6 control", 9, 0xff, 3, 0x80, 0x57),
    FRAME("Cisco keepalive", 104, 0x8f, 0, 0x80, 0x35),
    FRAME("cooked ARP", 276, 8, 6, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0),
    {"Ethernet in MPLS", 1, 19, {ADDRESSES, 0x88, 0x47, 0, 6, 0x41, 9, 0x02}},
    FRAME("labels without a bottom", 219, 0, 6, 0x40, 9, 0, 6, 0x40, 9),
};

static const uint8_t *find(const struct frame *frame, const uint8_t *bytes, size_t length)
{
    const struct link_layer *link = link_layer_find(frame->number);

    cr_assert_not_null(link, "%s: link type %d", frame->what, frame->number);
    return link->find_ip(bytes, bytes + length, &(uint16_t){0});
}

Test(link_layer, finds_ipv4)
{
    for (size_t i = 0; i < COUNT(found); i++) {
        const uint8_t *ip = find(&found[i], found[i].bytes, found[i].length);

        cr_expect_eq(ip, found[i].bytes + found[i].length - 1, "%s: %td", found[i].what,
                     ip ? ip - found[i].bytes : -1);
    }
}

Test(link_layer, finds_nothing_where_there_is_something_else)
{
    for (size_t i = 0; i < COUNT(not_found); i++)
        cr_expect_null(find(&not_found[i], not_found[i].bytes, not_found[i].length), "%s", not_found[i].what);
}

/* Cut anywhere, each in memory of its own, so that a sanitizer sees what is read beyond. */
Test(link_layer, cut_anywhere)
{
    for (size_t i = 0; i < COUNT(found); i++)
        for (unsigned length = 0; length < found[i].length; length++) {
            uint8_t *bytes = malloc(length ? length : 1);

            memcpy(bytes, found[i].bytes, length);
            const uint8_t *ip = find(&found[i], bytes, length);
            cr_expect(!ip || ip == bytes + length, "%s, cut at %u", found[i].what, length);
            free(bytes);
        }
}

/* More tags than any carrier puts before a packet. */
Test(link_layer, ends)
{
    uint8_t frame[12 + 4 * 400 + 2] = {0};

    for (unsigned i = 12; i < sizeof(frame) - 2; i += 4)
        frame[i] = 0x81;
    frame[sizeof(frame) - 2] = 0x08;
    cr_expect_null(link_layer_find(1)->find_ip(frame, frame + sizeof(frame), &(uint16_t){0}));
}

Test(link_layer, numbers_are_there_once)
{
    for (size_t i = 0; link_layer_at(i); i++)
        cr_expect_eq(link_layer_find(link_layer_at(i)->number), link_layer_at(i));
    cr_expect_null(link_layer_find(105));
}

/* What is told of packets that are not decoded. */
Test(link_layer, says_where_it_stops)
{
    static const struct {
        struct frame frame;
        uint16_t stopped;
    } cases[] = {
        {FRAME("MACsec", 1, ADDRESSES, 0x88, 0xe5), 0x88e5},
        {FRAME("MACsec in a VLAN", 1, ADDRESSES, 0x81, 0, 0, 7, 0x88, 0xe5), 0x88e5},
        {{"Ethernet in MPLS", 1, 19, {ADDRESSES, 0x88, 0x47, 0, 6, 0x41, 9, 0x02}}, 0x8847},
        {FRAME("spanning tree", 1, ADDRESSES, 0, 0x26, 0x42, 0x42, 3), 0x0026},
        {FRAME("cooked", 113, 0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 0x22, 0xf3), 0x22f3},
        {FRAME("cooked v2", 276, 0x22, 0xf3, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0), 0x22f3},
        {FRAME("PPP, IPv6 control", 9, 0xff, 3, 0x80, 0x57), 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct frame *frame = &cases[i].frame;
        uint16_t stopped = 1;

        cr_expect_null(
            link_layer_find(frame->number)->find_ip(frame->bytes, frame->bytes + frame->length, &stopped));
        cr_expect_eq(stopped, cases[i].stopped, "%s: 0x%x", frame->what, stopped);
    }
}
