// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_choice.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "host/privilege.h"
#include "host/xdp_features.h"
#include "packet/frame.h"

/* A reason against a way to send. */
struct obstacle {
    char text[TX_WHY_SIZE / 2 - 8];
};

static bool obstruct(struct obstacle *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool obstruct(struct obstacle *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(out->text, sizeof(out->text), format, arguments);
    va_end(arguments);
    return true;
}

/* Zero-copy sockets, and the drivers' rings for live frames, come with a native program. */
static bool has(const struct tx_device *device, enum xdp_feature feature)
{
    uint64_t needed = XDP_FEATURE_BASIC | XDP_FEATURE_REDIRECT | feature;

    return (device->features & needed) == needed;
}

static bool is_unsuited(const struct tx_device *device, enum xdp_feature feature, const char *lacks,
                        struct obstacle *out)
{
    const char *driver = device->driver[0] ? device->driver : "unknown driver";

    if (device->bundle)
        return obstruct(out, "%s consists of several devices", device->name);
    if (!device->told)
        return obstruct(out, "kernels before 6.3 do not report what %s supports", driver);
    if (!has(device, feature))
        return obstruct(out, "%s (%s) %s", device->name, driver, lacks);
    if (device->mtu > TX_MTU_TRIED)
        return obstruct(out, "%s has an MTU of %u", device->name, device->mtu);
    return false;
}

static bool is_unfit_for_xsk(const struct tx_facts *facts, const struct tx_device *device,
                             struct obstacle *out)
{
    if (is_unsuited(device, XDP_FEATURE_ZERO_COPY, "has no zero-copy", out))
        return true;
    if (device->queues < facts->senders)
        return obstruct(out, "%s has %u queue%s for %u senders", device->name, device->queues,
                        plural(device->queues), facts->senders);
    return false;
}

static bool xsk_is_hindered(const struct tx_facts *facts, struct obstacle *out)
{
    if (facts->ways > facts->device_count)
        return obstruct(out, "several next hops are behind one interface");
    for (unsigned i = 0; i < facts->device_count; i++)
        if (is_unfit_for_xsk(facts, &facts->devices[i], out))
            return true;
    return false;
}

/* NAN (the rate is to be found out) counts as no limit, too. */
static double wanted_rate(const struct tx_facts *facts)
{
    return isnan(facts->rate) ? INFINITY : facts->rate;
}

/* How many of the longest probes the device can carry per second. */
static double most_probes(const struct tx_facts *facts, const struct tx_device *device)
{
    return device->speed_mbps * 1e6 / 8 / frame_wire_bytes(facts->layout, PROBE_MAX_TTL, true);
}

/* A veth device reports that it takes live frames, whatever its peer can do. */
static bool is_unfit_for_live(const struct tx_facts *facts, const struct tx_device *device,
                              struct obstacle *out)
{
    double most = fmin(wanted_rate(facts), TX_LIVE_REACH * facts->senders);

    if (is_unsuited(device, XDP_FEATURE_NDO_XMIT, "does not report that it accepts live frames", out))
        return true;
    if (strcmp(device->driver, "veth") == 0)
        return obstruct(out, "it is not known whether the other end of %s accepts live frames", device->name);
    if (!device->speed_mbps)
        return obstruct(out, "%s does not report its speed", device->name);
    if (most_probes(facts, device) < most)
        return obstruct(out, "%s is slower (%u Mbit/s) and would lose probes", device->name,
                        device->speed_mbps);
    return false;
}

/* `receiving` is how many CPUs must be left for the receivers. */
static bool lacks_for_live(const struct tx_facts *facts, unsigned receiving, struct obstacle *out)
{
    unsigned needed = facts->senders * (1 + tx_live.helpers) + receiving;

    if (facts->ways > 1)
        return obstruct(out, "there are %u ways out", facts->ways);
    if (facts->missing & PRIVILEGE_PERFMON)
        return obstruct(out, "%s is missing", privilege_name(PRIVILEGE_PERFMON));
    if (facts->no_types)
        return obstruct(out, "the kernel has no type information (BTF)");
    if (facts->cpus < needed)
        return obstruct(out, "it needs %u CPUs, of %u", needed, facts->cpus);
    return false;
}

static bool live_is_hindered(const struct tx_facts *facts, struct obstacle *out)
{
    return lacks_for_live(facts, 1, out) || is_unfit_for_live(facts, &facts->devices[0], out);
}

/* The simulator's entrance works within the helpers' calls, so receivers can share the senders' CPUs. */
static bool live_is_hindered_in_simulator(const struct tx_facts *facts, struct obstacle *out)
{
    if (!facts->live_end)
        return obstruct(out, "real Linux routers accept no live frames");
    return lacks_for_live(facts, 0, out);
}

static void take(struct tx_choice *out, const struct tx_ops *tx, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void take(struct tx_choice *out, const struct tx_ops *tx, const char *format, ...)
{
    va_list arguments;

    out->tx = tx;
    va_start(arguments, format);
    vsnprintf(out->why, sizeof(out->why), format, arguments);
    va_end(arguments);
}

static void take_ring_for_its_reach(const struct tx_facts *facts, struct tx_choice *out)
{
    char number[NUMBER_TEXT_SIZE];

    take(out, &tx_ring, "it reaches %s probes per second", number_group((uint64_t)ceil(facts->rate), number));
}

/* Both ends share the CPUs of this host, so `ring` reaches less. */
static void choose_in_simulator(const struct tx_facts *facts, struct tx_choice *out)
{
    struct obstacle live;

    if (isnan(facts->rate))
        take(out, &tx_ring, "the rate has to be found first, and the simulated Internet uses the same CPUs");
    else if (facts->rate <= TX_RING_REACH_SIMULATED * facts->senders)
        take_ring_for_its_reach(facts, out);
    else if (live_is_hindered_in_simulator(facts, &live))
        take(out, &tx_ring, "not live, because %s", live.text);
    else
        take(out, &tx_live,
             "the simulated Internet accepts live frames, and the rate is beyond what ring reaches there");
}

void tx_choose(const struct tx_facts *facts, struct tx_choice *out)
{
    struct obstacle xsk, live;

    if (facts->simulated)
        choose_in_simulator(facts, out);
    else if (wanted_rate(facts) <= TX_RING_REACH * facts->senders)
        take_ring_for_its_reach(facts, out);
    else if (!xsk_is_hindered(facts, &xsk))
        take(out, &tx_xsk, "%s has zero-copy, and the rate is beyond what ring is known to reach",
             facts->devices[0].name);
    else if (!live_is_hindered(facts, &live))
        take(out, &tx_live, "%s accepts live frames, and the rate is beyond what ring is known to reach",
             facts->devices[0].name);
    else
        take(out, &tx_ring, "not xsk, because %s; not live, because %s", xsk.text, live.text);
}
