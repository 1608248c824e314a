// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/rate_warning.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "addresses.h"
#include "table.h"

#define PUBLIC  IPV4(0x08080808)
#define PRIVATE IPV4(0xc0a80105)
#define SHARED  IPV4(0x64400001)

/* An Ethernet of 1 Gbit/s carries 1.49 million of the shortest frames. */
Test(rate_warning, is_of_links_and_nats)
{
    static const struct {
        struct rate_facts facts;
        const char *said; /* NULL: nothing */
    } cases[] = {
        {{.rate = 700e3, .wire_bytes = 84, .speed_mbps = 1000, .source = PUBLIC}, NULL},
        {{.rate = 800e3, .wire_bytes = 84, .speed_mbps = 1000, .source = PUBLIC},
         "54 % of the 1000 Mbit/s of eth0"},
        {{.rate = INFINITY, .wire_bytes = 84, .speed_mbps = 1000, .source = PUBLIC}, "--rate max"},
        {{.rate = NAN, .wire_bytes = 84, .speed_mbps = 1000, .source = PUBLIC}, NULL},
        {{.rate = 800e3, .wire_bytes = 84, .speed_mbps = 0, .source = PUBLIC}, NULL},
        {{.rate = 2000, .source = PRIVATE, .paths = 1 << 24, .leaves_private_space = true}, NULL},
        {{.rate = 3000, .source = PRIVATE, .paths = 1 << 24, .leaves_private_space = true},
         "192.168.1.5 is a private"},
        {{.rate = INFINITY, .source = SHARED, .paths = 1 << 24, .leaves_private_space = true},
         "some 16777216 paths"},
        {{.rate = 1e6, .source = PRIVATE, .paths = 65536, .leaves_private_space = true}, NULL},
        {{.rate = 3000, .source = PUBLIC, .paths = 1 << 24, .leaves_private_space = true}, NULL},
        {{.rate = 3000, .source = PRIVATE, .paths = 1 << 24, .leaves_private_space = false}, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rate_facts facts = cases[i].facts;
        char text[RATE_WARNING_SIZE] = "";

        facts.link = "eth0";
        cr_expect_eq(rate_warning(&facts, text), cases[i].said != NULL, "case %zu: %s", i, text);
        cr_expect(strstr(text, cases[i].said ? cases[i].said : ""), "case %zu: %s", i, text);
    }
}
