// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_facts.h"

#include <criterion/criterion.h>
#include <linux/capability.h>
#include <sched.h>

#include "host/cpus.h"
#include "host/privilege.h"
#include "host/two_hosts.h"

Test(tx_facts, of_a_veth)
{
    struct two_hosts hosts;
    struct link_info link;
    struct tx_device device;

    two_hosts_make(&hosts);
    cr_assert_eq(link_by_name("near", &link), 0);
    tx_device_read(&link, &device);
    cr_expect_str_eq(device.name, "near");
    cr_expect_str_eq(device.driver, "veth");
    cr_expect_not(device.bundle);
    cr_expect_geq(device.queues, 1);
    cr_expect_eq(device.mtu, 1500);
}

Test(tx_facts, of_a_bond)
{
    const struct link_info link = {.name = "bond7", .kind = "bond", .rx_queues = 16, .tx_queues = 4};
    struct tx_device device;

    tx_device_read(&link, &device);
    cr_expect(device.bundle);
    cr_expect_eq(device.queues, 4);
    cr_expect_not(device.told, "there is none of that number");
}

Test(tx_facts, of_the_thread)
{
    struct tx_facts facts = {0};
    cpu_set_t available, one;

    cr_assert_eq(cpus_available(&available), 0);
    tx_facts_of_host(&facts);
    cr_expect_eq(facts.cpus, (unsigned)CPU_COUNT(&available));
    cr_expect_eq(facts.missing, 0);
    drop_capability(CAP_PERFMON);
    drop_capability(CAP_SYS_ADMIN);
    tx_facts_of_host(&facts);
    cr_expect_eq(facts.missing, PRIVILEGE_PERFMON);

    CPU_ZERO(&one);
    for (int cpu = 0; !CPU_COUNT(&one); cpu++)
        if (CPU_ISSET(cpu, &available))
            CPU_SET(cpu, &one);
    cr_assert_eq(cpus_keep_to(&one), 0);
    tx_facts_of_host(&facts);
    cr_expect_eq(facts.cpus, 1);
    cpus_keep_to(&available);
}
