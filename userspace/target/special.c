// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/special.h"

#include "target/network.h"

#define IPV4(a, b, c, d)                                                                                     \
    {                                                                                                        \
        0, ADDRESS_IPV4_PREFIX | (uint64_t)(a) << 24 | (uint64_t)(b) << 16 | (uint64_t)(c) << 8 |            \
               (uint64_t)(d)                                                                                 \
    }

/*
 * The registry's entries that are not globally reachable, with the document that reserves each. Entries inside
 * another one are left out. 192.0.0.9 and 192.0.0.10 are reachable anycast services (RFC 7723, RFC 8155)
 * inside 192.0.0.0/24. They are withheld with it, because they name the nearest server of a protocol, not a
 * host to map.
 */
static const struct {
    struct prefix prefix;
    bool simulated; /* the simulated Internet has its own addresses there */
} ipv4[] = {
    {{IPV4(0, 0, 0, 0), 8}, false},       /* RFC 791, section 3.2: this network */
    {{IPV4(10, 0, 0, 0), 8}, false},      /* RFC 1918: private use */
    {{IPV4(100, 64, 0, 0), 10}, false},   /* RFC 6598: shared address space of carriers */
    {{IPV4(127, 0, 0, 0), 8}, false},     /* RFC 1122, section 3.2.1.3: loopback */
    {{IPV4(169, 254, 0, 0), 16}, false},  /* RFC 3927: link local */
    {{IPV4(172, 16, 0, 0), 12}, false},   /* RFC 1918: private use */
    {{IPV4(192, 0, 0, 0), 24}, false},    /* RFC 6890, section 2.1: IETF protocol assignments */
    {{IPV4(192, 0, 2, 0), 24}, false},    /* RFC 5737: documentation, TEST-NET-1 */
    {{IPV4(192, 88, 99, 0), 24}, false},  /* RFC 7526: deprecated 6to4 relay anycast */
    {{IPV4(192, 168, 0, 0), 16}, false},  /* RFC 1918: private use */
    {{IPV4(198, 18, 0, 0), 15}, true},    /* RFC 2544: benchmarking */
    {{IPV4(198, 51, 100, 0), 24}, false}, /* RFC 5737: documentation, TEST-NET-2 */
    {{IPV4(203, 0, 113, 0), 24}, false},  /* RFC 5737: documentation, TEST-NET-3 */
    {{IPV4(224, 0, 0, 0), 4}, false},     /* RFC 5771: multicast */
    {{IPV4(240, 0, 0, 0), 4}, true},      /* RFC 1112, section 4: reserved; RFC 919: limited broadcast */
};

/*
 * The IPv6 ranges that the registry does not call globally reachable, as the upper halves of their first and
 * last addresses. In 2001::/23 the reachable ranges are left out of the table: AMT relays (RFC 7450), AS112
 * (RFC 7535), ORCHIDv2 (RFC 7343) and drones (RFC 9374). Two ranges are withheld although they are reachable:
 * 2001:1::1 to ::3, anycast services like those above; and 64:ff9b::/96 (RFC 6052), which leads to IPv4 hosts
 * and bypasses what is withheld and blocked there. The same is true of 2002::/16; the registry does not say
 * whether it is reachable.
 */
static const struct {
    uint64_t first, last;
    bool simulated;
} ipv6[] = {
    {0x0000000000000000, 0x00ffffffffffffff, false}, /* RFC 4291, section 2.5: loopback, unspecified, …; RFC
                                                        6052, RFC 8215: translation to IPv4 */
    {0x0100000000000000, 0x0100000000000001, false}, /* RFC 6666: discard only; RFC 9780: dummy */
    {0x2001000000000000, 0x20010002ffffffff, false}, /* RFC 4380: Teredo; RFC 5180: benchmarking */
    {0x2001000400000000, 0x200100040111ffff, false}, /* RFC 2928: IETF protocol assignments */
    {0x2001000401130000, 0x2001001fffffffff, false}, /* the same; RFC 4843: deprecated ORCHID */
    {0x2001004000000000, 0x200101ffffffffff, false}, /* the same */
    {0x20010db800000000, 0x20010db8ffffffff, false}, /* RFC 3849: documentation */
    {0x2002000000000000, 0x2002ffffffffffff, false}, /* RFC 3056: 6to4 */
    {0x3fff000000000000, 0x3fff0fffffffffff, true},  /* RFC 9637: documentation */
    {0x5f00000000000000, 0x5f00ffffffffffff, false}, /* RFC 9602: segment identifiers */
    {0xfc00000000000000, 0xfdffffffffffffff, false}, /* RFC 4193: unique local */
    {0xfe80000000000000, 0xfeffffffffffffff, false}, /* RFC 4291: link local; RFC 3879: site local */
    {0xff00000000000000, 0xffffffffffffffff, false}, /* RFC 4291, section 2.7: multicast */
};

static int add_ipv6(struct prefix_list *list, uint64_t first, uint64_t last)
{
    const struct network network = {{first, 0}, {last, UINT64_MAX}, false};

    return prefix_list_add_network(list, &network);
}

int special_prefixes(struct prefix_list *list, bool simulated)
{
    int error = 0;

    for (size_t i = 0; !error && i < sizeof(ipv4) / sizeof(ipv4[0]); i++)
        if (!simulated || !ipv4[i].simulated)
            error = prefix_list_add(list, ipv4[i].prefix);
    for (size_t i = 0; !error && i < sizeof(ipv6) / sizeof(ipv6[0]); i++)
        if (!simulated || !ipv6[i].simulated)
            error = add_ipv6(list, ipv6[i].first, ipv6[i].last);
    return error;
}
