// SPDX-License-Identifier: GPL-2.0-or-later
/* Flows by host, as targets.h has them. */
#include "addresses.h"
#include "base/address_order.h"
#include "target/prefixes.h"
#include "target/targets.h"

enum {
    FLOWS = 256,
};

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static struct targets *create(const char *text, struct targets_config config)
{
    struct prefix_list list = prefixes_of(text);
    struct targets *targets;

    config.key = key;
    config.granularity = 24;
    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    return targets;
}

/* All flows lead to a host and back, and to no other target; how many hosts they are. */
static unsigned check_target(const struct targets *targets, uint64_t index)
{
    struct address hosts[FLOWS];
    unsigned count = 0;

    for (unsigned flow = 0; flow < FLOWS; flow++) {
        struct address host = targets_flow_address(targets, index, flow);
        uint64_t found = UINT64_MAX;
        unsigned i = 0;

        cr_assert(targets_find_flow(targets, host, flow, &found), "target %lu, flow %u", index, flow);
        cr_assert_eq(found, index);
        while (i < count && !address_equal(hosts[i], host))
            i++;
        if (i == count)
            hosts[count++] = host;
        cr_assert(address_equal(host, hosts[flow % count]), "hosts come in turns");
    }
    cr_assert(address_equal(hosts[0], targets_address(targets, index)));
    return count;
}

Test(targets_by_flow, as_many_hosts_as_a_block_has)
{
    static const struct {
        const char *prefix;
        enum host6_kind host6;
        uint8_t granularity6;
        unsigned hosts;
    } cases[] = {
        {"192.0.2.0/24", 0, 48, 254},
        {"192.0.2.0/25", 0, 48, 126},
        {"192.0.2.0/29", 0, 48, 6},
        {"192.0.2.0/30", 0, 48, 2},
        {"192.0.2.0/31", 0, 48, 2},
        {"192.0.2.1/32", 0, 48, 1},
        {"2001:db8::/48", HOST6_RANDOM, 48, 256},
        {"2001:db8::/48", HOST6_LOW, 48, 256},
        {"2001:db8::/48", HOST6_EUI, 48, 256},
        {"2001:db8::/48", HOST6_GIVEN, 48, 1},
        {"2001:db8::/64", HOST6_RANDOM, 64, 256},
        {"2001:db8::/125", HOST6_RANDOM, 128, 1}, /* eight targets */
        {"2001:db8::/125", HOST6_RANDOM, 48, 7},
        {"2001:db8::/125", HOST6_LOW, 48, 7},
        {"2001:db8::/127", HOST6_RANDOM, 48, 2},
        {"2001:db8::1", HOST6_RANDOM, 48, 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct targets *targets = create(cases[i].prefix, (struct targets_config){
                                                              .granularity6 = cases[i].granularity6,
                                                              .host6 = {.kind = cases[i].host6},
                                                              .flows_by = FLOWS_BY_HOST,
                                                          });

        for (uint64_t target = 0; target < targets_count(targets); target++)
            cr_expect_eq(check_target(targets, target), cases[i].hosts, "%s: %u", cases[i].prefix,
                         check_target(targets, target));
        targets_destroy(targets);
    }
}

static bool is_same_block(struct address a, struct address b)
{
    return address_is_ipv4(a) ? a.low >> 8 == b.low >> 8 : a.high == b.high;
}

/* Beside each other, with a shard's numbers, where the sets hold parts of blocks. */
Test(targets_by_flow, hosts_stay_in_their_block)
{
    struct address_set *withheld = address_set_of("20.0.5.0/26 20.0.6.0/24");
    struct address_set *avoided = address_set_of("20.0.5.77 20.0.7.0/25 20.0.8.0/24 2001:db8:1::/49");

    for (uint32_t shard = 0; shard < 3; shard++) {
        struct targets *targets = create("20.0.0.0/20 2001:db8::/45", (struct targets_config){
                                                                          .withheld = withheld,
                                                                          .avoided = avoided,
                                                                          .shard = {shard, 3},
                                                                          .flows_by = FLOWS_BY_HOST,
                                                                      });

        for (uint64_t target = 0; target < targets_count(targets); target++) {
            struct address first = targets_address(targets, target);
            bool blocked = address_set_contains(avoided, first);

            check_target(targets, target);
            for (unsigned flow = 1; flow < FLOWS; flow++) {
                struct address host = targets_flow_address(targets, target, flow);

                cr_assert(is_same_block(host, first));
                cr_assert_not(address_set_contains(withheld, host));
                cr_assert(blocked || !address_set_contains(avoided, host));
            }
        }
        targets_destroy(targets);
    }
    address_set_destroy(withheld);
    address_set_destroy(avoided);
}

Test(targets_by_flow, the_host_of_another_flow_is_refused)
{
    struct targets *targets =
        create("20.0.0.0/16 2001:db8::/44", (struct targets_config){.flows_by = FLOWS_BY_HOST});
    uint64_t found;

    for (uint64_t target = 0; target < targets_count(targets); target += 7)
        for (unsigned flow = 0; flow < 16; flow++) {
            struct address host = targets_flow_address(targets, target, flow);

            cr_assert_not(targets_find_flow(targets, host, flow + 1, &found));
            cr_assert_not(targets_find_flow(targets, address_next(host), flow, &found));
            cr_assert_eq(targets_find(targets, host, &found), flow == 0);
        }
    targets_destroy(targets);
}

Test(targets_by_flow, reach_their_blocks_and_nothing_else)
{
    const char *prefixes = "20.0.0.0/23 20.0.4.4 2001:db8::/47";
    struct targets *targets = create(prefixes, (struct targets_config){.flows_by = FLOWS_BY_HOST});
    struct targets *second =
        create(prefixes, (struct targets_config){.flows_by = FLOWS_BY_HOST, .shard = {1, 2}});
    struct targets *by_port = create(prefixes, (struct targets_config){0});

    cr_expect(targets_flows_reach(targets, IPV4(0x14000000)));
    cr_expect(targets_flows_reach(targets, IPV4(0x140001ff)));
    cr_expect_not(targets_flows_reach(targets, IPV4(0x13ffffff)));
    cr_expect_not(targets_flows_reach(targets, IPV4(0x14000200)));
    cr_expect_not(targets_flows_reach(targets, IPV4(0x14000404)), "it has one host");
    cr_expect_not(targets_flows_reach(second, IPV4(0x14000001)), "of another shard");
    cr_expect(targets_flows_reach(second, IPV4(0x14000101)));
    for (uint64_t target = 3; target < 5; target++) {
        struct address host = targets_address(targets, target);

        cr_expect(targets_flows_reach(targets, (struct address){host.high, 1}));
        cr_expect_not(targets_flows_reach(targets, (struct address){host.high + 1, 1}));
    }
    cr_expect_not(targets_flows_reach(by_port, IPV4(0x14000000)));
    targets_destroy(targets);
    targets_destroy(second);
    targets_destroy(by_port);
}

Test(targets_by_flow, of_ports_all_have_one_host)
{
    struct targets *targets = create("20.0.0.0/22 2001:db8::/46", (struct targets_config){0});

    for (uint64_t target = 0; target < targets_count(targets); target++)
        cr_expect_eq(check_target(targets, target), 1);
    targets_destroy(targets);
}
