// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "addresses.h"
#include "output/map_part.h"

#define TARGET  IPV4(0xcb007109)
#define ROUTER  IPV4(0xc0000201)
#define TARGET6 ((struct address){0x20010db800000000, 9})
#define ROUTER6 ((struct address){0x20010db800000000, 1})

/* Types and codes of RFC 792 and RFC 4443. */
Test(map_part, who_is_a_part_of_the_map)
{
    static const struct {
        const char *why;
        struct address responder, target;
        uint8_t type, code;
        uint16_t flags;
        enum map_part expected;
    } cases[] = {
        {"TTL expired", ROUTER, TARGET, 11, 0, 0, MAP_INTERFACE},
        {"late, cut, by another router", ROUTER, TARGET, 11, 0, RECORD_LATE | RECORD_TRUNCATED,
         MAP_INTERFACE},
        {"TTL expired at an address that is probed", TARGET, TARGET, 11, 0, 0, MAP_INTERFACE},
        {"reassembly time exceeded", ROUTER, TARGET, 11, 1, 0, MAP_NO_PART},
        {"reassembly time exceeded at the target", TARGET, TARGET, 11, 1, 0, MAP_NO_PART},
        {"port unreachable", TARGET, TARGET, 3, 3, 0, MAP_TARGET},
        {"echo reply", TARGET, TARGET, 0, 0, 0, MAP_TARGET},
        {"connection refused", TARGET, TARGET, 0, 0, RECORD_RST, MAP_TARGET},
        {"host unreachable, from elsewhere", ROUTER, TARGET, 3, 1, 0, MAP_NO_PART},
        {"a second answer", ROUTER, TARGET, 11, 0, RECORD_DUPLICATE, MAP_NO_PART},
        {"a probe that was changed", TARGET, TARGET, 3, 3, RECORD_REWRITTEN, MAP_NO_PART},
        {"hop limit exceeded", ROUTER6, TARGET6, 3, 0, 0, MAP_INTERFACE},
        {"port unreachable of IPv6", TARGET6, TARGET6, 1, 4, 0, MAP_TARGET},
        {"no route", ROUTER6, TARGET6, 1, 0, 0, MAP_NO_PART},
        {"packet too big", ROUTER6, TARGET6, 2, 0, 0, MAP_NO_PART},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct record record = {
            .responder = cases[i].responder,
            .target_address = cases[i].target,
            .icmp_type = cases[i].type,
            .icmp_code = cases[i].code,
            .flags = cases[i].flags,
        };

        cr_expect_eq(map_part_of(&record), cases[i].expected, "%s", cases[i].why);
    }
}
