// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/special.h"

#define IPV4(a, b, c, d)                                                                                     \
    {                                                                                                        \
        0, ADDRESS_IPV4_PREFIX | (uint64_t)(a) << 24 | (uint64_t)(b) << 16 | (uint64_t)(c) << 8 |            \
               (uint64_t)(d)                                                                                 \
    }

/*
 * The registry's entries that are not globally reachable, with the document that reserves each. Entries
 * inside another are left out. 192.0.0.9 and 192.0.0.10 are reachable anycast services (RFC 7723, RFC 8155)
 * inside 192.0.0.0/24, and withheld with it: what they name is a protocol's nearest server, no host to map.
 */
static const struct {
    struct prefix prefix;
    bool simulated; /* the simulated Internet has its own addresses there */
} special[] = {
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

int special_prefixes(struct prefix_list *list, bool simulated)
{
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        int code = simulated && special[i].simulated ? 0 : prefix_list_add(list, special[i].prefix);

        if (code)
            return code;
    }
    return 0;
}
