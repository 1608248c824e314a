// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/gather.h"

#include "output/records.h"

#define TARGET 0x08080807

static struct record reply(uint32_t responder, uint32_t target, uint8_t ttl, uint32_t rtt_us)
{
    struct record record = record_plain();

    record.responder = IPV4(responder);
    record.target_address = IPV4(target);
    record.probe_ttl = ttl;
    record.rtt_us = rtt_us;
    record.icmp_type = responder == target ? 3 : 11;
    record.icmp_code = responder == target ? 3 : 0;
    return record;
}

static struct record flagged(struct record record, uint16_t flags)
{
    record.flags = flags;
    return record;
}

static struct numbers *gathered(const struct record *records, size_t count)
{
    struct numbers *numbers = numbers_new("test");
    struct gather *gather;

    cr_assert_not_null(numbers);
    cr_assert_eq(gather_open(&gather, numbers), 0);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(gather_add(gather, &records[i]), 0);
    cr_assert_eq(gather_end(gather), 0);
    gather_close(gather);
    return numbers;
}

/* A path to a target that answers beyond its distance, too, and one that ends in silence. */
Test(gather, paths_interfaces_and_what_is_not_certain)
{
    const struct record records[] = {
        reply(1, TARGET, 1, 100),
        reply(TARGET, TARGET, 5, 900),
        reply(TARGET, TARGET, 4, 800),
        reply(2, TARGET, 2, 200),
        reply(2, TARGET + 256, 3, RECORD_NO_RTT),
        reply(1, TARGET + 256, 1, 300),
        flagged(reply(9, TARGET, 2, 1), RECORD_REWRITTEN),
        flagged(reply(1, TARGET, 1, 100), RECORD_DUPLICATE),
    };
    struct numbers *numbers = gathered(records, sizeof(records) / sizeof(records[0]));

    cr_expect_eq(numbers->records, 8);
    cr_expect_eq(numbers->answers, 6);
    cr_expect_eq(numbers->rewritten, 1);
    cr_expect_eq(numbers->duplicates, 1);
    cr_expect_eq(numbers->interfaces.value, 2);
    cr_expect_eq(numbers->ttls[1].interfaces, 1);
    cr_expect_eq(numbers->ttls[2].interfaces, 1, "where it was seen first");
    cr_expect_eq(numbers->ttls[3].interfaces, 0);
    cr_expect_eq(numbers->paths.value, 2);
    cr_expect_eq(numbers->paths_reached.value, 1);
    cr_expect_eq(numbers->ttls[4].reached, 1, "the least TTL that reached it");
    cr_expect_eq(numbers->ttls[5].reached, 0);
    cr_expect_eq(numbers->ttls[3].ended, 1);
    cr_expect_eq(numbers->ttls[247].replies, 8);
    cr_expect_eq(histogram_count(&numbers->rtts), 5);
    cr_expect_eq(histogram_count(&numbers->rtts_by_ttl[3]), 0);
    cr_expect_eq(numbers->hop_count, 2);
    cr_expect_eq(address_map_count(&numbers->targets), 2);
    cr_expect_eq(address_map_count(&numbers->responders), 2, "0.0.0/24 and the target's");
    numbers_free(numbers);
}

Test(gather, flows_are_paths_of_their_own)
{
    struct record records[] = {reply(1, TARGET, 1, 1), reply(1, TARGET, 1, 1)};

    records[1].flow++;
    struct numbers *numbers = gathered(records, 2);
    cr_expect_eq(numbers->paths.value, 2);
    numbers_free(numbers);
}

static struct record reply6(uint64_t responder_high, uint64_t target_high, bool reached)
{
    struct record record = record_plain();

    record.target_address = (struct address){target_high, 1};
    record.responder = reached ? record.target_address : (struct address){responder_high, 2};
    record.icmp_type = reached ? 1 : 3;
    record.icmp_code = reached ? 4 : 0;
    return record;
}

/* 64 /48s of a /32, two of which answered. */
Test(gather, shares_of_ipv6_prefixes)
{
    struct record records[66];
    struct numbers *numbers;

    for (uint64_t i = 0; i < 64; i++)
        records[i] = reply6(0x3fff000000000000, 0x2001db8000000000 | i << 16, false);
    records[64] = reply6(0, 0x2001db8000030000, true);
    records[65] = reply6(0, 0x2001db8000040000, true);
    numbers = gathered(records, 66);
    cr_expect_eq(numbers->ipv6, 66);
    for (unsigned i = 0; i < NUMBERS_LENGTHS; i++) {
        cr_expect_eq(numbers->lengths[i].targets,
                     numbers_length(i) < 44   ? 1
                     : numbers_length(i) < 48 ? 4
                                              : 64,
                     "/%u", numbers_length(i));
        cr_expect_eq(numbers->lengths[i].reached, numbers_length(i) < 48 ? 1 : 2, "/%u", numbers_length(i));
        cr_expect_eq(numbers->lengths[i].hops, 1);
    }
    cr_expect_eq(address_map_count(&numbers->responders), 0, "it has no place in the map of IPv4");
    numbers_free(numbers);
}
