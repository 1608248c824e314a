// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/router_addresses.h"

/* Adds the ends of a core router's links to border routers with odd numbers; there are up to two. */
static size_t add_to_borders(const struct sim_synthetic *s, uint32_t core, uint32_t last_border,
                             uint32_t *out)
{
    size_t count = 0;

    for (uint32_t border = 1; border <= last_border && sim_synthetic_has_interfaces(s, core); border += 2)
        out[count++] = sim_synthetic_interface(s, (core & ~15U) | border, core, SIM_SIDE_CORE);
    return count;
}

static size_t add_to_cores(const struct sim_synthetic *s, uint32_t border, uint32_t last_core, uint32_t *out)
{
    size_t count = 0;

    for (uint32_t i = 0; i <= last_core && border & 1; i++) {
        uint32_t core = (border & ~15U) | i;

        if (sim_synthetic_has_interfaces(s, core))
            out[count++] = sim_synthetic_interface(s, border, core, SIM_SIDE_BORDER);
    }
    return count;
}

static size_t add_synthetic(const struct sim_synthetic *s, uint32_t router, uint32_t *out)
{
    struct sim_synthetic_place place;

    if (!s->alias_permille || !sim_synthetic_decode(s, router, &place))
        return 0;
    uint64_t hash = sim_synthetic_draw(s, SIM_DRAW_NETWORK, place.number >> 4);

    if (place.role == SIM_ROLE_CORE)
        return add_to_borders(s, place.number, hash >> 8 & 3, out);
    return place.role == SIM_ROLE_BORDER ? add_to_cores(s, place.number, hash >> 10 & 3, out) : 0;
}

/* Routers in a row: each but the first is known by its end of the wire towards the host; it also has an end
 * of the next wire. */
static size_t add_linux(const struct sim_linux *s, uint32_t router, uint32_t *out)
{
    uint32_t next_wire = router == SIM_GATEWAY_ADDRESS ? 1 : (router >> 8 & 0xff) + 1;

    if (s->diamond)
        return 0;
    out[0] = sim_linux_near(next_wire);
    return 1;
}

size_t sim_router_addresses(const struct sim_topology *topology, uint32_t router,
                            uint32_t out[SIM_ROUTER_ADDRESSES_MOST])
{
    out[0] = router;
    if (topology->kind == SIM_SYNTHETIC)
        return 1 + add_synthetic(&topology->synthetic, router, out + 1);
    return 1 + (topology->kind == SIM_LINUX ? add_linux(&topology->linux_routers, router, out + 1) : 0);
}
