// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports of a bond that aggregates by LACP (IEEE 802.1AX). After its link was down, a port carries frames
 * again only once both ends have agreed, seconds after the link is up. Meanwhile port and bond report a
 * carrier, but what is sent is lost at the other end.
 */
#pragma once

enum bond_port {
    BOND_PORT_ALONE,   /* the other end does not speak LACP, this is no port of such a bond, or the state is
                        unknown */
    BOND_PORT_AGREES,  /* frames that it sends may still be lost */
    BOND_PORT_CARRIES, /* carries frames in both directions */
};

enum bond_port bond_port_state(unsigned index);
