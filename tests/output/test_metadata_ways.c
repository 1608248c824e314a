// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_ways.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "table.h"

#define FIRST4 IPV4(0xc6120002)
#define FIRST6 IPV6(0x2001000200000000, 2)
#define OTHER6 "2001:2::9"
#define NOWHERE                                                                                              \
    {                                                                                                        \
        0, 0                                                                                                 \
    }

/* `ways` as files have it, the `source` of old, and what of each family follows. */
static const struct {
    const char *ways;
    struct address source;
    struct address_pair expected;
} cases[] = {
    {NULL, FIRST4, {FIRST4, NOWHERE}},
    {NULL, FIRST6, {NOWHERE, FIRST6}},
    {NULL, NOWHERE, {NOWHERE, NOWHERE}},
    {"{\"out\": [{\"source\": \"198.18.0.2\"}, {\"source\": \"2001:2::2\"}]}", FIRST4, {FIRST4, FIRST6}},
    {"{\"out\": [{\"source\": \"2001:2::2\"}, {\"source\": \"198.18.0.2\"}]}", FIRST6, {FIRST4, FIRST6}},
    {"{\"out\": [{\"source\": \"2001:2::2\"}, {\"source\": \"" OTHER6 "\"}]}", FIRST6, {NOWHERE, FIRST6}},
    {"{\"out\": [{\"source\": null}, {}, 7, {\"source\": \"x\"}]}", FIRST4, {FIRST4, NOWHERE}},
    {"{\"out\": \"none\"}", FIRST4, {FIRST4, NOWHERE}},
};

Test(metadata_ways, sources_of_each_family)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct survey_metadata metadata = {
            .source = cases[i].source,
            .ways = cases[i].ways ? json_loads(cases[i].ways, 0, NULL) : NULL,
        };
        struct address_pair sources = metadata_sources(&metadata);

        cr_expect(address_equal(sources.ipv4, cases[i].expected.ipv4), "%zu", i);
        cr_expect(address_equal(sources.ipv6, cases[i].expected.ipv6), "%zu", i);
        json_decref(metadata.ways);
    }
}
