// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_field.h"

#include "output/metadata.h"
#include "probe.h"
#include "target/targets.h"

#define FIELD_OF(name, kind_name, member, ...)                                                               \
    {                                                                                                        \
        .key = name, .kind = &metadata_##kind_name, .offset = offsetof(struct survey_metadata, member),      \
        __VA_ARGS__                                                                                          \
    }
#define FIELD(member, kind_name, ...) FIELD_OF(#member, kind_name, member, __VA_ARGS__)

const struct metadata_field metadata_fields[] = {
    FIELD(schema, number32, .usual = 1),
    FIELD(requires, requires),
    FIELD(state, state),
    FIELD(stopped, text),
    FIELD(resumed, number32),
    FIELD(parts, array),
    FIELD(version, text),
    FIELD(command_line, arguments),
    FIELD(seed, number64, .needed = true),
    FIELD(key, key, .needed = true),
    FIELD_OF("protocol", layout, layout),
    FIELD(port, optional32, .least = 1, .most = UINT16_MAX),
    FIELD(tags, number32),
    FIELD(host, text),
    FIELD(nic, text),
    FIELD(driver, text),
    FIELD(kernel, text),
    FIELD(xdp_mode, text),
    FIELD(source, address),
    FIELD(gateway_mac, mac),
    FIELD(vlan, optional32, .least = 1, .most = 4094),
    FIELD(ways, object),
    FIELD_OF("start", time_text, start_us),
    FIELD(start_us, number64),
    FIELD_OF("end", time_text, end_us, .at_end = true, .of_end = true),
    FIELD(end_us, number64, .at_end = true, .of_end = true),
    FIELD(asked_rate, rate),
    FIELD(achieved_rate, rate, .at_end = true),
    FIELD(auto_rate, object, .at_end = true),
    FIELD(back_pressure, object, .at_end = true),
    FIELD(clock, clock, .needed = true),
    FIELD(granularity, number32, .least = 1, .most = 32, .usual = 24),
    FIELD(granularity6, number32, .least = 1, .most = 128, .usual = TARGETS_GRANULARITY6),
    FIELD(per_prefix, optional32, .least = 1, .most = UINT32_MAX),
    FIELD(host6, host6),
    FIELD(shard, shard),
    FIELD(min_ttl, number32, .least = 1, .most = PROBE_MAX_TTL, .usual = 1),
    FIELD(max_ttl, number32, .least = 1, .most = PROBE_MAX_TTL, .usual = 32),
    FIELD(flows, number32, .least = 1, .most = UINT16_MAX + 1, .usual = 1),
    FIELD(cooldown, seconds),
    FIELD(late_after_us, number64, .usual = 5000000),
    FIELD(strategy, text),
    FIELD(tx, text),
    FIELD(tx_auto, text),
    FIELD(threads, number32, .least = 1, .most = CPU_LIST_MAX, .usual = 1),
    FIELD(cpus, cpus),
    FIELD(contact, text),
    FIELD(gentle, object),
    FIELD(receiving, object),
    FIELD(targets, prefixes, .needed = true),
    FIELD(blocklist, prefixes),
    FIELD(allow_special, boolean),
    FIELD(sim, object),
    FIELD(probes, number64),
    FIELD(graph, graph, .at_end = true),
    FIELD(discovery, object, .at_end = true),
    FIELD(limited, array, .at_end = true),
    FIELD(figures, object, .at_end = true),
    FIELD(reached, number64, .at_end = true),
    FIELD(device_difference, object, .at_end = true),
    FIELD(device_sent, object, .at_end = true),
    FIELD(outages, object, .at_end = true),
    FIELD(control, object, .at_end = true),
    FIELD(ledger, ledger, .at_end = true),
    FIELD(files, names),
    FIELD(outputs, names),
    FIELD(merged, object),
    {.key = NULL},
};
