// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The constants of the protocols, defined only here, for userspace, BPF and tests. Lengths and offsets are in
 * bytes; an offset counts from the start of its header.
 */
#pragma once

/* Ethernet (IEEE 802.3) with VLAN tags (IEEE 802.1Q, 802.1ad). */
#define ETHERNET_ADDRESS     6
#define ETHERNET_TYPE        12 /* offset of the EtherType or of the first tag */
#define ETHERNET_HEADER      14
#define ETHERNET_MTU         1500   /* without jumbo frames */
#define ETHERNET_GROUP_IPV6  0x3333 /* the first two bytes of addresses of IPv6 groups (RFC 2464, section 7) */
#define ETHERNET_GROUP_BYTES 2
#define VLAN_TAG             4

/* EtherTypes (IEEE 802 Numbers at IANA). */
#define ETHERTYPE_IPV4            0x0800
#define ETHERTYPE_ARP             0x0806
#define ETHERTYPE_VLAN_8021Q      0x8100
#define ETHERTYPE_IPV6            0x86dd /* RFC 2464, section 3 */
#define ETHERTYPE_VLAN_8021AD     0x88a8
#define ETHERTYPE_VLAN_OLD_QINQ   0x9100 /* outer tags before 802.1ad */
#define ETHERTYPE_VLAN_OTHER_QINQ 0x9200 /* likewise, of other vendors */
#define ETHERTYPE_MPLS            0x8847 /* RFC 5332, section 4 */
#define ETHERTYPE_MPLS_UPSTREAM   0x8848 /* likewise, with labels assigned upstream */
#define ETHERTYPE_PPPOE_SESSION   0x8864 /* RFC 2516, section 4 */
#define ETHERTYPE_BACKBONE_TAG    0x88e7 /* IEEE 802.1ah, the I-TAG */

/* ARP for IPv4 over Ethernet (RFC 826). It begins with four constants, followed by the operation. */
#define ARP_HARDWARE_AND_PROTOCOL 0x00010800 /* Ethernet, IPv4: the first four bytes */
#define ARP_LENGTHS               0x0604     /* of their addresses: the next two bytes */
#define ARP_LENGTHS_PLACE         4
#define ARP_OPERATION             6
#define ARP_SENDER_MAC            8
#define ARP_SENDER                14
#define ARP_TARGET_MAC            18
#define ARP_TARGET                24
#define ARP_PACKET                28
#define ARP_REQUEST               1
#define ARP_REPLY                 2

/* IPv4 (RFC 791, section 3.1). */
#define IPV4_TOS          1
#define IPV4_TOTAL_LENGTH 2
#define IPV4_ID           4
#define IPV4_FRAGMENT     6 /* flags and offset */
#define IPV4_TTL          8
#define IPV4_PROTOCOL     9
#define IPV4_CHECKSUM     10
#define IPV4_SOURCE       12
#define IPV4_DESTINATION  16
#define IPV4_HEADER       20   /* without options */
#define IPV4_HEADER_MAX   60   /* with the most options: fifteen words */
#define IPV4_FIRST_BYTE   0x45 /* version 4, and five words of header: no options */

#define IPV4_PACKET_MAX      65535 /* total length */
#define IPV4_DONT_FRAGMENT   0x4000
#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff /* in units of eight bytes */

/* IPv6 (RFC 8200, section 3). */
#define IPV6_PAYLOAD_LENGTH 4
#define IPV6_NEXT_HEADER    6
#define IPV6_HOP_LIMIT      7
#define IPV6_SOURCE         8
#define IPV6_DESTINATION    24
#define IPV6_HEADER         40
#define IPV6_ADDRESS        16
#define IPV6_FIRST_WORD     0x60000000U /* version 6, traffic class 0, flow label 0 */
#define IPV6_FLOW_LABEL     0x000fffffU /* in the first word (RFC 6437) */
#define IPV6_CLASS_SHIFT    20          /* of the traffic class in the first word */
#define IPV6_MIN_MTU        1280        /* RFC 8200, section 5 */

/* Protocols behind IPv4, next headers behind IPv6 (Assigned Internet Protocol Numbers at IANA). */
#define PROTOCOL_ICMP   1
#define PROTOCOL_TCP    6
#define PROTOCOL_UDP    17
#define PROTOCOL_ICMPV6 58

/* Extension headers of IPv6 (RFC 8200, section 4). All except the fragment header begin with the next header
 * and their length in units of eight bytes, without the first eight. */
#define EXTENSION_HOP_BY_HOP  0
#define EXTENSION_ROUTING     43
#define EXTENSION_FRAGMENT    44
#define EXTENSION_NONE        59
#define EXTENSION_DESTINATION 60
#define EXTENSION_UNIT        8
#define EXTENSION_NEXT        0 /* offsets of the next header and of the length */
#define EXTENSION_LENGTH      1
#define IPV6_FRAGMENT_HEADER  8
#define IPV6_FRAGMENT_PLACE   2 /* offset and flag, in the fragment header */
#define IPV6_FRAGMENT_ID      4
#define IPV6_FRAGMENT_OFFSET  0xfff8 /* in bytes */
#define IPV6_MORE_FRAGMENTS   0x0001

/* UDP and TCP both begin with their ports. */
#define PORT_SOURCE      0
#define PORT_DESTINATION 2
#define PORT_MAX         65535

#define PORT_TRACEROUTE 33434 /* the first port of traceroute (Service Names and Port Numbers at IANA) */
#define PORT_HTTP       80    /* RFC 9110, section 4.2.1 */
#define PORT_HTTPS      443   /* RFC 9110, section 4.2.2 */

/* UDP (RFC 768). */
#define UDP_LENGTH   4
#define UDP_CHECKSUM 6
#define UDP_HEADER   8

/* TCP (RFC 9293, section 3.1). */
#define TCP_SEQUENCE       4
#define TCP_ACKNOWLEDGMENT 8
#define TCP_DATA_OFFSET    12 /* words, in the upper four bits */
#define TCP_FLAGS          13
#define TCP_WINDOW         14
#define TCP_CHECKSUM       16
#define TCP_HEADER         20 /* without options */
#define TCP_HEADER_MAX     60

#define TCP_FIN     0x01
#define TCP_SYN     0x02
#define TCP_RST     0x04
#define TCP_ACK     0x10
#define TCP_SYN_ACK (TCP_SYN | TCP_ACK)

/* The word at TCP_DATA_OFFSET, with a header of `length` bytes. */
#define TCP_OFFSET_AND_FLAGS(length, flags) ((uint32_t)(length) / 4 << 12 | (flags))

#define TCP_OPTION_VALUE 2 /* offset in an option, after kind and length (section 3.1) */

/* ICMP (RFC 792). */
#define ICMP_TYPE       0
#define ICMP_CODE       1
#define ICMP_CHECKSUM   2
#define ICMP_IDENTIFIER 4 /* of Echo, as the next */
#define ICMP_SEQUENCE   6
#define ICMP_MTU        6 /* of Fragmentation Needed (RFC 1191, section 4) */
#define ICMP_HEADER     8

#define ICMP_ECHO_REPLY              0
#define ICMP_DESTINATION_UNREACHABLE 3
#define ICMP_SOURCE_QUENCH_TYPE      4 /* deprecated by RFC 6633 */
#define ICMP_REDIRECT_TYPE           5
#define ICMP_ECHO_REQUEST            8
#define ICMP_TIME_EXCEEDED_TYPE      11
#define ICMP_PARAMETER_PROBLEM       12

#define ICMP_PROTOCOL_UNREACHABLE 2 /* codes of Destination Unreachable */
#define ICMP_PORT_UNREACHABLE     3
#define ICMP_FRAGMENTATION_NEEDED 4
#define ICMP_TTL_EXCEEDED         0 /* codes of Time Exceeded */

/* ICMPv6 (RFC 4443). It begins as ICMP does, and its checksum covers the pseudo-header, too. */
#define ICMP6_DESTINATION_UNREACHABLE 1
#define ICMP6_PACKET_TOO_BIG          2
#define ICMP6_TIME_EXCEEDED_TYPE      3
#define ICMP6_PARAMETER_PROBLEM       4
#define ICMP6_FIRST_INFORMATION       128 /* below are errors (section 2.1) */
#define ICMP6_ECHO_REQUEST            128
#define ICMP6_ECHO_REPLY              129
#define ICMP6_NEIGHBOUR_SOLICITATION  135 /* RFC 4861, section 4.3 */
#define ICMP6_NEIGHBOUR_ADVERTISEMENT 136 /* RFC 4861, section 4.4 */
#define ICMP6_REDIRECT                137 /* RFC 4861, section 4.5 */

#define ICMP6_MTU                 4 /* of Packet Too Big: four bytes (section 3.2) */
#define ICMP6_NO_ROUTE            0 /* codes of Destination Unreachable (section 3.1) */
#define ICMP6_PROHIBITED          1
#define ICMP6_ADDRESS_UNREACHABLE 3
#define ICMP6_PORT_UNREACHABLE    4
#define ICMP6_HOP_LIMIT_EXCEEDED  0 /* of Time Exceeded (section 3.3) */
#define ICMP6_NEXT_HEADER_UNKNOWN 1 /* of Parameter Problem (section 3.4) */

/* Neighbour discovery (RFC 4861, sections 4.3, 4.4 and 4.6.1): both messages, each followed by an option. */
#define NEIGHBOUR_FLAGS        4
#define NEIGHBOUR_TARGET       8
#define NEIGHBOUR_MESSAGE      24
#define NEIGHBOUR_OPTION       8 /* that of an Ethernet address: type, length in units of eight bytes, address */
#define NEIGHBOUR_OPTION_VALUE 2 /* offset of the address in it */
#define NEIGHBOUR_TARGET_MAC   2 /* its type in an advertisement */
#define NEIGHBOUR_HOP_LIMIT    255
#define NEIGHBOUR_ROUTER       0x80000000U
#define NEIGHBOUR_SOLICITED    0x40000000U
#define NEIGHBOUR_OVERRIDE     0x20000000U

/* Extensions of ICMP errors (RFC 4884). They follow a quotation that is padded to ICMP_PADDED_QUOTATION bytes
 * or more. */
#define ICMP_LENGTH             5 /* offset of the quotation's length, in words (section 4.1) */
#define ICMP_LENGTH_UNIT        4
#define ICMP6_LENGTH            4 /* likewise, in units of eight bytes (section 4.4) */
#define ICMP6_LENGTH_UNIT       8
#define ICMP_PADDED_QUOTATION   128
#define ICMP_EXTENSION_VERSION  2 /* in the upper four bits (section 7) */
#define ICMP_EXTENSION_CHECKSUM 2
#define ICMP_EXTENSION_HEADER   4
#define ICMP_OBJECT_CLASS       2 /* an object begins with its length (section 7) */
#define ICMP_OBJECT_TYPE        3
#define ICMP_OBJECT_HEADER      4
#define ICMP_OBJECT_MPLS_CLASS  1 /* RFC 4950, section 3 */
#define ICMP_OBJECT_MPLS_TYPE   1 /* the incoming stack */
#define MPLS_ENTRY              4 /* of a label stack (RFC 3032, section 2.1) */
