// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds by LACP are tried on kernels that have them: tests/vm/scenarios.py. */
#include "host/bond_port.h"

#include <criterion/criterion.h>

#include "host/two_hosts.h"

Test(bond_port, others_have_nothing_to_agree_on)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect_eq(bond_port_state(hosts.near_index), BOND_PORT_ALONE);
    cr_expect_eq(bond_port_state(1), BOND_PORT_ALONE, "the loopback");
    cr_expect_eq(bond_port_state(4711), BOND_PORT_ALONE, "which is not there");
}
