// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/truth_lines.h"

#include <errno.h>
#include <string.h>

#include "base/address_numbers.h"
#include "base/address_text.h"
#include "base/u64_set.h"
#include "sim/router_addresses.h"

/* The things on the routes, each once: all of them, and those that the survey can see. Keys consist of the
 * numbers of addresses. */
struct findings {
    FILE *out;
    struct address_numbers numbers;
    struct u64_set interfaces, visible_interfaces, links, visible_links;
    struct u64_set routers; /* those met, keyed with their family in the upper half */
};

/* One line of JSON. The longest, a route of PROBE_MAX_TTL hops, takes less than 64 × 76 + 150 bytes. */
struct line {
    char text[8192];
    size_t length;
};

static void put(struct line *line, const char *text)
{
    size_t length = strlen(text);

    memcpy(line->text + line->length, text, length);
    line->length += length;
}

static void put_address(struct line *line, const char *key, struct address address)
{
    put(line, key);
    line->length += address_format(address, line->text + line->length);
    put(line, "\"");
}

static void put_visible(struct line *line, bool visible)
{
    put(line, visible ? ",\"visible\":true}" : ",\"visible\":false}");
}

static int write_line(struct line *line, FILE *out)
{
    put(line, "\n");
    if (fwrite(line->text, 1, line->length, out) == line->length)
        return 0;
    return errno ? -errno : -EIO;
}

static int write_route(void *context, const struct sim_topology *topology, const struct truth_route *route)
{
    const struct findings *findings = context;
    struct line line = {.length = 0};

    put_address(&line, "{\"kind\":\"route\",\"target\":\"", route->target);
    line.length += (size_t)snprintf(line.text + line.length, 24, ",\"flow\":%u,\"hops\":[", route->flow);
    for (unsigned i = 0; i < route->length; i++) {
        if (i)
            put(&line, ",");
        if (!truth_is_there(&route->hops[i])) {
            put(&line, "null");
            continue;
        }
        put_address(&line, "{\"address\":\"", sim_hop_address(topology, &route->hops[i], route->target));
        put_visible(&line, route->visible[i]);
    }
    put(&line, truth_reaches(topology, route) ? "],\"reaches\":true}" : "],\"reaches\":false}");
    return write_line(&line, findings->out);
}

static int write_target(void *context, struct address target, bool visible)
{
    const struct findings *findings = context;
    struct line line = {.length = 0};

    put_address(&line, "{\"kind\":\"target\",\"address\":\"", target);
    put_visible(&line, visible);
    return write_line(&line, findings->out);
}

static int note(struct u64_set *all, struct u64_set *visible, uint64_t key, bool is_visible_here)
{
    int result = u64_set_add(all, key);

    if (result >= 0 && is_visible_here)
        result = u64_set_add(visible, key);
    return result < 0 ? result : 0;
}

static int note_interface(void *context, const struct truth_interface *interface)
{
    struct findings *findings = context;
    uint32_t number;
    int error = address_numbers_get(&findings->numbers, interface->address, &number);

    if (!error)
        error = note(&findings->interfaces, &findings->visible_interfaces, number, interface->visible);
    if (error || !interface->router)
        return error;
    error = u64_set_add(&findings->routers, truth_router_key(interface));
    return error < 0 ? error : 0;
}

static int note_link(void *context, struct address from, struct address to, bool visible)
{
    struct findings *findings = context;
    uint32_t near, far;
    int error = address_numbers_get(&findings->numbers, from, &near);

    error = error ? error : address_numbers_get(&findings->numbers, to, &far);
    return error ? error
                 : note(&findings->links, &findings->visible_links, (uint64_t)near << 32 | far, visible);
}

static int write_interfaces(const struct findings *findings, FILE *out)
{
    int error = 0;

    for (size_t i = 0; !error && i < findings->interfaces.count; i++) {
        uint64_t key = findings->interfaces.keys[i];
        struct line line = {.length = 0};

        put_address(&line, "{\"kind\":\"interface\",\"address\":\"", findings->numbers.addresses[key]);
        put_visible(&line, u64_set_contains(&findings->visible_interfaces, key));
        error = write_line(&line, out);
    }
    return error;
}

static int write_links(const struct findings *findings, FILE *out)
{
    int error = 0;

    for (size_t i = 0; !error && i < findings->links.count; i++) {
        uint64_t key = findings->links.keys[i];
        struct line line = {.length = 0};

        put_address(&line, "{\"kind\":\"link\",\"from\":\"", findings->numbers.addresses[key >> 32]);
        put_address(&line, ",\"to\":\"", findings->numbers.addresses[(uint32_t)key]);
        put_visible(&line, u64_set_contains(&findings->visible_links, key));
        error = write_line(&line, out);
    }
    return error;
}

/* Writes routers with several addresses, even if no route shows them. */
static int write_routers(const struct findings *findings, const struct sim_topology *topology)
{
    struct address addresses[SIM_ROUTER_ADDRESSES_MOST];
    int error = 0;

    for (size_t i = 0; !error && i < findings->routers.count; i++) {
        size_t count = truth_router_addresses(topology, findings->routers.keys[i], addresses);
        struct line line = {.length = 0};

        for (size_t j = 0; j < count; j++)
            put_address(&line, j ? ",\"" : "{\"kind\":\"router\",\"addresses\":[\"", addresses[j]);
        put(&line, "]}");
        error = count > 1 ? write_line(&line, findings->out) : 0;
    }
    return error;
}

static void free_findings(struct findings *findings)
{
    address_numbers_free(&findings->numbers);
    u64_set_free(&findings->interfaces);
    u64_set_free(&findings->visible_interfaces);
    u64_set_free(&findings->links);
    u64_set_free(&findings->visible_links);
    u64_set_free(&findings->routers);
}

int sim_truth_write(const struct sim_truth *truth, bool brief, FILE *out)
{
    struct findings findings = {.out = out};
    const struct truth_visitor visitor = {
        .context = &findings,
        .route = brief ? NULL : write_route,
        .target = brief ? write_target : NULL,
        .interface = note_interface,
        .link = note_link,
    };
    int error = sim_truth_visit(truth, &visitor);

    if (!error)
        error = write_interfaces(&findings, out);
    if (!error)
        error = write_links(&findings, out);
    if (!error)
        error = write_routers(&findings, truth->topology);
    if (!error && fflush(out))
        error = errno ? -errno : -EIO;
    free_findings(&findings);
    return error;
}
