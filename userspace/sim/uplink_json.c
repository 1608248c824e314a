// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the uplink's counters by name. */
#include "base/typed_offset.h"
#include "sim/uplink.h"

#define COUNTER(name)                                                                                        \
    {                                                                                                        \
#name, TYPED_OFFSET(struct sim_uplink_counters, name, uint64_t)                                      \
    }
#define LINE_COUNTER(name)                                                                                   \
    {                                                                                                        \
#name, TYPED_OFFSET(struct sim_uplink_counters, line.name, uint64_t)                                 \
    }

json_t *sim_uplink_json(const struct sim_uplink *uplink)
{
    static const struct {
        const char *name;
        size_t offset;
    } table[] = {
        COUNTER(received),
        COUNTER(time_exceeded),
        COUNTER(port_unreachable),
        COUNTER(echo_reply),
        COUNTER(tcp_reply),
        COUNTER(silent),
        COUNTER(rate_limited),
        COUNTER(neighbour),
        COUNTER(ignored),
        COUNTER(lost_out),
        COUNTER(queue_full_out),
        COUNTER(corrupted_out),
        COUNTER(no_line),
        COUNTER(groups),
        COUNTER(forged),
        COUNTER(replayed),
        LINE_COUNTER(duplicated_out),
        LINE_COUNTER(duplicated_back),
        LINE_COUNTER(repeated),
        LINE_COUNTER(reordered_out),
        LINE_COUNTER(reordered_back),
        LINE_COUNTER(corrupted_back),
        LINE_COUNTER(lost_back),
        LINE_COUNTER(queue_full_back),
        LINE_COUNTER(delay_full),
        LINE_COUNTER(sent),
        LINE_COUNTER(dropped),
        LINE_COUNTER(pending),
    };
    _Static_assert(sizeof(table) / sizeof(table[0]) == sizeof(struct sim_uplink_counters) / sizeof(uint64_t),
                   "every counter has a name");
    struct sim_uplink_counters counters;
    json_t *object = sim_uplink_counters(uplink, &counters) ? NULL : json_object();

    for (size_t i = 0; object && i < sizeof(table) / sizeof(table[0]); i++) {
        uint64_t value = *(const uint64_t *)(const void *)((const char *)&counters + table[i].offset);

        json_object_set_new(object, table[i].name, json_integer((json_int_t)value));
    }
    return object;
}
