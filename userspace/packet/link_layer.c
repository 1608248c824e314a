// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/link_layer.h"

#include "packet/ethertype.h"
#include "reply_parse.h"

enum {
    ETHERNET_ADDRESSES = 12,
    COOKED_HEADER = 16, /* LINUX_SLL, whose last two bytes are the EtherType */
    COOKED_V2_HEADER = 20,
    LOOPBACK_HEADER = 4, /* the address family, whose number for IPv6 differs between systems */
    HDLC_HEADER = 4,     /* Cisco HDLC: address, control, EtherType */
    HDLC_UNICAST = 0x0f, /* an address of Cisco HDLC; PPP has 0xff there (RFC 1662, section 3.1) */
    HDLC_MULTICAST = 0x8f,
    PPPD_DIRECTION = 1,
};

static const uint8_t *after(const uint8_t *packet, size_t header, const uint8_t *end)
{
    return HAS_BYTES(packet, header, end) ? packet + header : NULL;
}

static const uint8_t *find_raw(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    (void)stopped;
    return after(packet, 0, end);
}

static const uint8_t *find_loopback(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    (void)stopped;
    return after(packet, LOOPBACK_HEADER, end);
}

static const uint8_t *find_ethernet(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return HAS_BYTES(packet, ETHERNET_HEADER, end)
               ? ethertype_find_ip(packet + ETHERNET_ADDRESSES, end, stopped)
               : NULL;
}

static const uint8_t *find_cooked(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return HAS_BYTES(packet, COOKED_HEADER, end) ? ethertype_find_ip(packet + COOKED_HEADER - 2, end, stopped)
                                                 : NULL;
}

/* In this version the EtherType comes first. */
static const uint8_t *find_cooked_v2(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return HAS_BYTES(packet, COOKED_V2_HEADER, end)
               ? ethertype_payload_ip(load_be16(packet), packet + COOKED_V2_HEADER, end, stopped)
               : NULL;
}

static const uint8_t *find_cisco_hdlc(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return HAS_BYTES(packet, HDLC_HEADER, end) ? ethertype_find_ip(packet + HDLC_HEADER - 2, end, stopped)
                                               : NULL;
}

/* Cisco HDLC or PPP, recognized by the address. */
static const uint8_t *find_serial(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    if (!HAS_BYTES(packet, 1, end))
        return NULL;
    return packet[0] == HDLC_UNICAST || packet[0] == HDLC_MULTICAST ? find_cisco_hdlc(packet, end, stopped)
                                                                    : ppp_find_ip(packet, end, stopped);
}

/* A byte with the direction comes before the frame. */
static const uint8_t *find_directed_ppp(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return HAS_BYTES(packet, PPPD_DIRECTION, end) ? ppp_find_ip(packet + PPPD_DIRECTION, end, stopped) : NULL;
}

static const uint8_t *find_pppoe(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return ethertype_payload_ip(ETHERTYPE_PPPOE_SESSION, packet, end, stopped);
}

static const uint8_t *find_mpls(const uint8_t *packet, const uint8_t *end, uint16_t *stopped)
{
    return ethertype_payload_ip(ETHERTYPE_MPLS, packet, end, stopped);
}

/* By number. LINKTYPE_RAW is 101 in files; libpcap has 12 for it on Linux, and 14 on OpenBSD. */
static const struct link_layer link_layers[] = {
    {0, "NULL", find_loopback},       {1, "Ethernet", find_ethernet},
    {9, "PPP", ppp_find_ip},          {12, "raw IP", find_raw},
    {14, "raw IP", find_raw},         {50, "PPP_HDLC", find_serial},
    {51, "PPP_ETHER", find_pppoe},    {101, "raw IP", find_raw},
    {104, "C_HDLC", find_cisco_hdlc}, {108, "LOOP", find_loopback},
    {113, "LINUX_SLL", find_cooked},  {204, "PPP_WITH_DIR", find_directed_ppp},
    {219, "MPLS", find_mpls},         {228, "IPV4", find_raw},
    {229, "IPV6", find_raw},          {276, "LINUX_SLL2", find_cooked_v2},
};

const struct link_layer *link_layer_at(size_t index)
{
    return index < sizeof(link_layers) / sizeof(link_layers[0]) ? &link_layers[index] : NULL;
}

const struct link_layer *link_layer_find(int number)
{
    for (size_t i = 0; i < sizeof(link_layers) / sizeof(link_layers[0]); i++)
        if (link_layers[i].number == number)
            return &link_layers[i];
    return NULL;
}
