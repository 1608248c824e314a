// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports of a bond that aggregates by LACP (IEEE 802.1AX). One whose link was down carries frames again only once both
 * ends have agreed, seconds after the link is up. Port and bond have a carrier meanwhile, and what is sent then is lost
 * at the other end.
 */
#pragma once

enum bond_port {
    BOND_PORT_ALONE, /* its other end does not speak LACP, or it is no port of such a bond, or that cannot be told */
    BOND_PORT_AGREES,  /* what it sends may be lost yet */
    BOND_PORT_CARRIES, /* frames in both directions */
};

enum bond_port bond_port_state(unsigned index);
