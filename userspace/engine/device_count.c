// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/device_count.h"

#include <stddef.h>
#include <string.h>

/* If fewer than one in this many are missing, none is reported: frames may be on their way at the first and
 * the last reading. */
enum { LEAST_SHARE = 1000 };

void device_growth_add(struct device_growth *sum, const struct link_counters *before,
                       const struct link_counters *now)
{
    if (!now || now->tx_packets < before->tx_packets || now->tx_dropped < before->tx_dropped) {
        sum->unknown = true;
        return;
    }
    sum->packets += now->tx_packets - before->tx_packets;
    sum->dropped += now->tx_dropped - before->tx_dropped;
}

void device_count_note(struct device_count *count, const struct device_growth *growth)
{
    if (growth->unknown)
        return;
    if (!count->known || growth->packets < count->counted)
        count->counted = growth->packets;
    count->dropped += growth->dropped;
    count->known = true;
}

uint64_t device_count_missing(const struct device_count *count)
{
    uint64_t accounted = count->counted + count->excused;

    if (!count->known || accounted >= count->handed)
        return 0;
    uint64_t missing = count->handed - accounted;
    return missing >= count->handed / LEAST_SHARE ? missing : 0;
}

/* veth counts all that its other end has taken. igb and igc send live frames through the same rings as
 * everything else. virtio_net counts live frames only when it next sends one; mlx5 counts them separately. */
bool device_counts_xdp_frames(const char *driver)
{
    static const char *const counting[] = {"veth", "igb", "igc"};

    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++)
        if (strcmp(driver, counting[i]) == 0)
            return true;
    return false;
}
