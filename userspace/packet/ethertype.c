// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/ethertype.h"

#include <stddef.h>
#include <string.h>

#include "reply_parse.h"

enum {
    LAYERS_MAX = 8,        /* between Ethernet and IP; a packet with more was made to waste our time */
    LABELS_SEEN_MAX = 16,  /* stacks deeper than four are rare; the frame's length is a limit, too */
    LENGTH_BELOW = 0x0600, /* smaller EtherTypes are lengths (IEEE 802.3, section 3.2.6) */
    VLAN_TAG_CONTROL = 2,
    BACKBONE_TAG_CONTROL = 16, /* service instance, then both customer addresses */
    PPPOE_HEADER = 6,
    MPLS_BOTTOM = 0x01, /* in the third byte of an entry (RFC 3032, section 2.1) */
    PPP_IPV4 = 0x21,    /* RFC 1332, section 2.1 */
    PPP_IPV6 = 0x57,    /* RFC 5072, section 3 */
    PPP_MPLS = 0x281,   /* RFC 3032, section 4.1 */
    LLC_HEADER = 3,
    LLC_IP = 0x06, /* RFC 1042, "Header Format": older than SNAP */
    SNAP_HEADER = LLC_HEADER + 3,
};

/* The next layer inside: the payload and its EtherType; 0: unknown. */
struct layer {
    uint16_t ethertype;
    const uint8_t *payload;
};

/* Takes the EtherType from the two bytes before the payload. */
static struct layer behind_type(const uint8_t *type, const uint8_t *end)
{
    return HAS_BYTES(type, 2, end) ? (struct layer){load_be16(type), type + 2} : (struct layer){0};
}

static struct layer behind_tag(const uint8_t *tag, size_t control, const uint8_t *end)
{
    return HAS_BYTES(tag, control, end) ? behind_type(tag + control, end) : (struct layer){0};
}

/* Labels do not show what they carry; but the first four bits are the version if it is IP. Ethernet, too, may be
 * there (RFC 4448). */
static struct layer behind_labels(const uint8_t *label, const uint8_t *end)
{
    for (int i = 0; i < LABELS_SEEN_MAX && HAS_BYTES(label, MPLS_ENTRY, end); i++, label += MPLS_ENTRY)
        if (label[2] & MPLS_BOTTOM) {
            const uint8_t *inside = label + MPLS_ENTRY;
            if (inside < end && inside[0] >> 4 != 4 && inside[0] >> 4 != 6)
                return (struct layer){0};
            return (struct layer){ETHERTYPE_IPV4, inside};
        }
    return (struct layer){0};
}

/* The protocol field of PPP has one byte if that byte is odd (RFC 1661, section 6.5). */
static struct layer behind_ppp(const uint8_t *protocol, const uint8_t *end)
{
    uint16_t number;

    if (!HAS_BYTES(protocol, 1, end))
        return (struct layer){0};
    size_t length = protocol[0] & 1 ? 1 : 2;
    if (!HAS_BYTES(protocol, length, end))
        return (struct layer){0};
    number = length == 1 ? protocol[0] : load_be16(protocol);
    if (number == PPP_IPV4)
        return (struct layer){ETHERTYPE_IPV4, protocol + length};
    if (number == PPP_IPV6)
        return (struct layer){ETHERTYPE_IPV6, protocol + length};
    return number == PPP_MPLS ? (struct layer){ETHERTYPE_MPLS, protocol + length} : (struct layer){0};
}

/* IEEE 802.2; SNAP (RFC 1042) has an EtherType behind the organization's number, which is zero or that of
 * 802.1H. */
static struct layer behind_llc(const uint8_t *llc, const uint8_t *end)
{
    static const uint8_t snap[] = {0xaa, 0xaa, 0x03}, ip[] = {LLC_IP, LLC_IP, 0x03};

    if (!HAS_BYTES(llc, LLC_HEADER, end))
        return (struct layer){0};
    if (memcmp(llc, ip, sizeof(ip)) == 0)
        return (struct layer){ETHERTYPE_IPV4, llc + LLC_HEADER};
    if (memcmp(llc, snap, sizeof(snap)) != 0)
        return (struct layer){0};
    return behind_tag(llc, SNAP_HEADER, end);
}

static struct layer next(struct layer layer, const uint8_t *end)
{
    switch (layer.ethertype) {
    case ETHERTYPE_VLAN_8021Q:
    case ETHERTYPE_VLAN_8021AD:
    case ETHERTYPE_VLAN_OLD_QINQ:
    case ETHERTYPE_VLAN_OTHER_QINQ:
        return behind_tag(layer.payload, VLAN_TAG_CONTROL, end);
    case ETHERTYPE_BACKBONE_TAG:
        return behind_tag(layer.payload, BACKBONE_TAG_CONTROL, end);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
        return behind_labels(layer.payload, end);
    case ETHERTYPE_PPPOE_SESSION:
        return HAS_BYTES(layer.payload, PPPOE_HEADER, end) ? behind_ppp(layer.payload + PPPOE_HEADER, end)
                                                           : (struct layer){0};
    default:
        return layer.ethertype < LENGTH_BELOW ? behind_llc(layer.payload, end) : (struct layer){0};
    }
}

static bool is_ip(struct layer layer)
{
    return layer.ethertype == ETHERTYPE_IPV4 || layer.ethertype == ETHERTYPE_IPV6;
}

static const uint8_t *find(struct layer layer, const uint8_t *end, uint16_t *stopped)
{
    *stopped = 0;
    for (int i = 0; i < LAYERS_MAX && layer.payload && !is_ip(layer); i++) {
        *stopped = layer.ethertype;
        layer = next(layer, end);
    }
    return is_ip(layer) ? layer.payload : NULL;
}

const uint8_t *ethertype_find_ip(const uint8_t *type, const uint8_t *end, uint16_t *stopped)
{
    return find(behind_type(type, end), end, stopped);
}

const uint8_t *ethertype_payload_ip(uint16_t ethertype, const uint8_t *payload, const uint8_t *end,
                                    uint16_t *stopped)
{
    return find((struct layer){ethertype, payload}, end, stopped);
}

const uint8_t *ppp_find_ip(const uint8_t *frame, const uint8_t *end, uint16_t *stopped)
{
    static const uint8_t address_control[] = {0xff, 0x03};
    size_t skip = 0;

    if (HAS_BYTES(frame, sizeof(address_control), end) &&
        memcmp(frame, address_control, sizeof(address_control)) == 0)
        skip = sizeof(address_control);
    return find(behind_ppp(frame + skip, end), end, stopped);
}
