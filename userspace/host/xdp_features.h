// SPDX-License-Identifier: GPL-2.0-or-later
/* What a driver can do with XDP, as reported by itself (generic netlink family "netdev", Linux 6.3 and
 * later). */
#pragma once

#include <stdint.h>

/* enum netdev_xdp_act of linux/netdev.h, which Debian 12's kernel headers do not have yet. */
enum xdp_feature {
    XDP_FEATURE_BASIC = 1 << 0, /* native programs: pass, drop, TX, abort */
    XDP_FEATURE_REDIRECT = 1 << 1,
    XDP_FEATURE_NDO_XMIT = 1 << 2, /* accepts frames redirected from elsewhere */
    XDP_FEATURE_ZERO_COPY = 1 << 3,
};

/* xdp_features_read() asks about a device of the calling thread's namespace. Returns 0; -EOPNOTSUPP if the
 * kernel is too old to report it; or another negative errno. */
int xdp_features_read(unsigned interface_index, uint64_t *features);
