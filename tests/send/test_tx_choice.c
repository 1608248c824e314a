// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_choice.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "host/privilege.h"
#include "host/xdp_features.h"
#include "table.h"

#define EVERYTHING   (XDP_FEATURE_BASIC | XDP_FEATURE_REDIRECT | XDP_FEATURE_NDO_XMIT | XDP_FEATURE_ZERO_COPY)
#define NO_ZERO_COPY (EVERYTHING & ~XDP_FEATURE_ZERO_COPY)
#define NO_LIVE      (EVERYTHING & ~XDP_FEATURE_NDO_XMIT)

/* All that could be wished for; each case takes something away. */
struct machine {
    struct tx_device device;
    struct tx_facts facts;
};

static struct machine ideal(void)
{
    return (struct machine){
        .device = {.name = "eth1",
                   .driver = "ice",
                   .told = true,
                   .features = EVERYTHING,
                   .queues = 8,
                   .mtu = 1500,
                   .speed_mbps = 100000},
        .facts =
            {.layout = layouts, .rate = INFINITY, .senders = 1, .cpus = 16, .ways = 1, .device_count = 1},
    };
}

static void expect(struct machine machine, const struct tx_ops *tx, const char *why, const char *what)
{
    struct tx_choice choice;

    machine.facts.devices = &machine.device;
    tx_choose(&machine.facts, &choice);
    cr_expect_eq(choice.tx, tx, "%s: %s, %s", what, choice.tx->name, choice.why);
    cr_expect_not_null(strstr(choice.why, why), "%s: %s", what, choice.why);
}

/* Whatever the machine has, ring is the one that is proven. */
Test(tx_choice, ring_has_every_rate_that_it_reaches)
{
    static const struct {
        double rate;
        unsigned senders;
        const struct tx_ops *tx;
    } cases[] = {
        {1, 1, &tx_ring},
        {10000, 1, &tx_ring},
        {TX_RING_REACH, 1, &tx_ring},
        {TX_RING_REACH + 1, 1, &tx_xsk},
        {4 * TX_RING_REACH, 4, &tx_ring},
        {4 * TX_RING_REACH + 1, 4, &tx_xsk},
        {INFINITY, 1, &tx_xsk},
        {NAN, 1, &tx_xsk},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct machine machine = ideal();

        machine.facts.rate = cases[i].rate;
        machine.facts.senders = cases[i].senders;
        expect(machine, cases[i].tx, cases[i].tx == &tx_ring ? "it reaches" : "eth1 has zero-copy", "rate");
    }
}

Test(tx_choice, the_reason_has_the_rate)
{
    struct machine machine = ideal();

    machine.facts.rate = 250000;
    expect(machine, &tx_ring, "it reaches 250,000 probes per second", "rate");
}

/* Both ends have the same CPUs, so that ring reaches less; live needs no CPU for the receivers there. */
Test(tx_choice, the_simulated_internet_is_probed_by_live_at_high_rates)
{
    static const struct {
        double rate;
        unsigned senders, cpus, ways, missing;
        bool no_live_end;
        const struct tx_ops *tx;
        const char *why;
    } cases[] = {
        {10000, 1, 16, 1, 0, false, &tx_ring, "it reaches 10,000 probes per second"},
        {TX_RING_REACH_SIMULATED, 1, 2, 1, 0, false, &tx_ring, "it reaches 250,000"},
        {TX_RING_REACH_SIMULATED + 1, 1, 2, 1, 0, false, &tx_live, "beyond what ring reaches there"},
        {2 * TX_RING_REACH_SIMULATED, 2, 4, 1, 0, false, &tx_ring, "it reaches 500,000"},
        {INFINITY, 1, 2, 1, 0, false, &tx_live, "the simulated Internet accepts live frames"},
        {INFINITY, 2, 4, 1, 0, false, &tx_live, "the simulated Internet accepts live frames"},
        {INFINITY, 1, 1, 1, 0, false, &tx_ring, "not live, because it needs 2 CPUs, of 1"},
        {INFINITY, 2, 3, 1, 0, false, &tx_ring, "not live, because it needs 4 CPUs, of 3"},
        {INFINITY, 1, 2, 2, 0, false, &tx_ring, "not live, because there are 2 ways out"},
        {INFINITY, 1, 2, 1, PRIVILEGE_PERFMON, false, &tx_ring, "not live, because CAP_PERFMON is missing"},
        {INFINITY, 1, 2, 1, 0, true, &tx_ring, "not live, because real Linux routers"},
        {NAN, 1, 16, 1, 0, false, &tx_ring, "the rate has to be found first"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct machine machine = ideal();

        machine.facts.simulated = true;
        machine.facts.live_end = !cases[i].no_live_end;
        machine.facts.rate = cases[i].rate;
        machine.facts.senders = cases[i].senders;
        machine.facts.cpus = cases[i].cpus;
        machine.facts.ways = cases[i].ways;
        machine.facts.missing = cases[i].missing;
        expect(machine, cases[i].tx, cases[i].why, "sim");
    }
}

/* Where xsk cannot be, live is next. */
Test(tx_choice, xsk_needs_zero_copy_and_queues)
{
    struct machine machine = ideal();

    machine.device.features = NO_ZERO_COPY;
    expect(machine, &tx_live, "eth1 accepts live frames", "no zero-copy");
    machine = ideal();
    machine.device.queues = 1;
    machine.facts.senders = 2;
    expect(machine, &tx_live, "eth1 accepts live frames", "a queue for two");
    machine.device.features = NO_LIVE;
    expect(machine, &tx_ring, "eth1 has 1 queue for 2 senders", "a queue for two, no live frames");
}

Test(tx_choice, live_needs_everything_that_is_known)
{
    static const struct {
        const char *what, *why;
        struct machine less; /* what is not 0 replaces that of the ideal machine */
    } cases[] = {
        {"features",
         "does not report that it accepts live frames",
         {.device = {.features = NO_LIVE & NO_ZERO_COPY}}},
        {"veth", "the other end of eth1", {.device = {.driver = "veth"}}},
        {"slow", "eth1 is slower (10000 Mbit/s)", {.device = {.speed_mbps = 10000}}},
        {"CPUs", "it needs 3 CPUs, of 2", {.facts = {.cpus = 2}}},
        {"senders", "it needs 17 CPUs, of 16", {.facts = {.senders = 8}}},
        {"ways", "there are 2 ways out", {.facts = {.ways = 2}}},
        {"privileges", "CAP_PERFMON is missing", {.facts = {.missing = PRIVILEGE_PERFMON}}},
        {"types", "the kernel has no type information (BTF)", {.facts = {.no_types = true}}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct machine *less = &cases[i].less;
        struct machine machine = ideal();

        machine.device.features = less->device.features ? less->device.features : NO_ZERO_COPY;
        if (less->device.driver[0])
            memcpy(machine.device.driver, less->device.driver, sizeof(machine.device.driver));
        machine.device.speed_mbps = less->device.speed_mbps ? less->device.speed_mbps : 100000;
        machine.facts.cpus = less->facts.cpus ? less->facts.cpus : 16;
        machine.facts.senders = less->facts.senders ? less->facts.senders : 1;
        machine.facts.ways = less->facts.ways ? less->facts.ways : 1;
        machine.facts.missing = less->facts.missing;
        machine.facts.no_types = less->facts.no_types;
        expect(machine, &tx_ring, cases[i].why, cases[i].what);
    }
}

/* What a device refuses of live frames is lost: it must be faster than what is asked for. */
Test(tx_choice, live_stays_below_what_the_device_takes)
{
    static const struct {
        double rate;
        uint32_t speed_mbps;
        const struct tx_ops *tx;
    } cases[] = {
        {2e6, 1000, &tx_ring},       {2e6, 10000, &tx_live},      {1e7, 10000, &tx_ring},
        {INFINITY, 10000, &tx_ring}, {INFINITY, 40000, &tx_live}, {NAN, 10000, &tx_ring},
        {2e6, 0, &tx_ring},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct machine machine = ideal();

        machine.device.features = NO_ZERO_COPY;
        machine.device.speed_mbps = cases[i].speed_mbps;
        machine.facts.rate = cases[i].rate;
        expect(machine, cases[i].tx, "", "speed");
    }
}

Test(tx_choice, what_is_not_known_or_not_tried_is_left_to_ring)
{
    struct machine machine = ideal();

    machine.device.told = false;
    machine.device.features = 0;
    expect(machine, &tx_ring, "kernels before 6.3 do not report what ice supports", "not told");
    machine = ideal();
    machine.device.bundle = true;
    expect(machine, &tx_ring, "eth1 consists of several devices", "bond");
    machine = ideal();
    machine.device.mtu = 9000;
    expect(machine, &tx_ring, "eth1 has an MTU of 9000", "jumbo frames");
    machine = ideal();
    machine.device.features = XDP_FEATURE_NDO_XMIT | XDP_FEATURE_ZERO_COPY;
    expect(machine, &tx_ring, "eth1 (ice) has no zero-copy", "no native programs");
    machine = ideal();
    machine.device.features = 0;
    machine.device.driver[0] = '\0';
    expect(machine, &tx_ring, "eth1 (unknown driver) has no zero-copy", "a VLAN device");
}

/* The weakest of several devices decides, and two next hops behind one are too many for xsk. */
Test(tx_choice, several_ways_out)
{
    struct machine machine = ideal();
    struct tx_device devices[] = {machine.device, machine.device};
    struct tx_choice choice;

    machine.facts.devices = devices;
    machine.facts.device_count = machine.facts.ways = 2;
    tx_choose(&machine.facts, &choice);
    cr_expect_eq(choice.tx, &tx_xsk, "%s", choice.why);
    memcpy(devices[1].name, "eth2", sizeof("eth2"));
    devices[1].features = NO_ZERO_COPY;
    tx_choose(&machine.facts, &choice);
    cr_expect_eq(choice.tx, &tx_ring, "%s", choice.why);
    cr_expect_not_null(strstr(choice.why, "eth2 (ice) has no zero-copy"), "%s", choice.why);

    machine.facts.device_count = 1;
    tx_choose(&machine.facts, &choice);
    cr_expect_eq(choice.tx, &tx_ring, "%s", choice.why);
    cr_expect_not_null(strstr(choice.why, "several next hops"), "%s", choice.why);
}
