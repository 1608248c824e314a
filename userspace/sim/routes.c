// SPDX-License-Identifier: GPL-2.0-or-later
/* The kind "routes": a file of measured routes, one per line. include/sim_routes.h defines its cells. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/growing.h"
#include "base/list_file.h"
#include "base/log.h"
#include "sim/cells.h"
#include "sim/kind.h"
#include "sim/node_number.h"

enum {
    MAX_DELAY_MS = 60000,
};

struct measured_route {
    uint32_t target;
    uint32_t head; /* a cell for the route, followed by its hops: so the cells are in the order of the file */
    uint8_t length;
    bool reaches;
};

struct reader {
    struct list_file file;
    struct address_numbers names;
    struct cell_list cells;
    struct measured_route *routes;
    size_t count, capacity;
};

static int refuse_no_cells(const struct reader *reader, int error)
{
    log_error("sim: %s: %s", reader->file.name,
              error == -E2BIG ? "has more than 2^27 hops" : "out of memory for its routes");
    return error;
}

/* Parses the RTT behind an '@', in milliseconds. */
static bool parse_delay(const char *text, uint32_t *delay_us)
{
    char *end;
    double ms = strtod(text, &end);

    if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || ms > MAX_DELAY_MS)
        return false;
    *delay_us = (uint32_t)lround(ms * 1000);
    return true;
}

static int read_hop(struct reader *reader, char *word, enum address_family family, union sim_cell *cell)
{
    char *at = strchr(word, '@');
    int error;

    *cell = (union sim_cell){0};
    if (strcmp(word, "*") == 0)
        return 0;
    if (at && !parse_delay(at + 1, &cell->hop.delay_us))
        return list_file_refuse(&reader->file,
                                "'%.40s' is not an RTT: 0 to %d milliseconds such as 192.0.2.1@12.5", at + 1,
                                MAX_DELAY_MS);
    if (at)
        *at = '\0';
    error = node_number_read(&reader->names, word, &cell->hop.address);
    if (error == -ENOMEM)
        return refuse_no_cells(reader, error);
    if (error || cell->hop.address == 0)
        return list_file_refuse(&reader->file, "'%.40s' is not a hop: 192.0.2.1, 192.0.2.1@12.5 or *", word);
    if (node_number_family(&reader->names, cell->hop.address) != family)
        return list_file_refuse(&reader->file, "'%.40s' is not of the target's family", word);
    return 0;
}

/* Appends a cell for the route of a line, and its hops; sets `length` to the number of hops. */
static int read_hops(struct reader *reader, enum address_family family, uint32_t *head, unsigned *length)
{
    union sim_cell cell = {.route = {0}};
    int error = cell_list_add(&reader->cells, cell, head);
    char *word;

    if (error)
        return refuse_no_cells(reader, error);
    for (*length = 0; (word = list_file_word(&reader->file)); (*length)++) {
        error = read_hop(reader, word, family, &cell);
        if (error)
            return error;
        if (*length > SIM_ROUTE_MAX_LENGTH)
            return list_file_refuse(&reader->file, "has more than %d hops", SIM_ROUTE_MAX_LENGTH + 1);
        error = cell_list_add(&reader->cells, cell, NULL);
        if (error)
            return refuse_no_cells(reader, error);
    }
    return *length ? 0 : list_file_refuse(&reader->file, "has a target and no hop: TARGET HOP1 HOP2 …");
}

static int add_route(struct reader *reader, struct measured_route route)
{
    struct measured_route *routes =
        growing_room(reader->routes, reader->count, &reader->capacity, sizeof(*routes));

    if (!routes)
        return refuse_no_cells(reader, -ENOMEM);
    reader->routes = routes;
    reader->routes[reader->count++] = route;
    return 0;
}

static int read_target(struct reader *reader, const char *word, uint32_t *target)
{
    int error = node_number_read(&reader->names, word, target);

    if (error == -ENOMEM)
        return refuse_no_cells(reader, error);
    if (error || !node_number_is_place(&reader->names, *target))
        return list_file_refuse(&reader->file, "'%.40s' is not a target: TARGET HOP1 HOP2 …, each an address",
                                word);
    return 0;
}

static int read_route(void *context, struct list_file *file)
{
    struct reader *reader = context;
    const char *word = list_file_word(file);
    struct measured_route route = {.head = 0};
    unsigned length;

    if (!word)
        return 0;
    int error = read_target(reader, word, &route.target);
    if (!error)
        error = read_hops(reader, node_number_family(&reader->names, route.target), &route.head, &length);
    if (error)
        return error;
    route.reaches = cell_list_at(&reader->cells, route.head + length)->hop.address == route.target;
    route.length = (uint8_t)(length - route.reaches);
    if (route.length > SIM_ROUTE_MAX_LENGTH)
        return list_file_refuse(file, "has more than %d routers", SIM_ROUTE_MAX_LENGTH);
    return add_route(reader, route);
}

static int compare_routes(const void *left, const void *right)
{
    const struct measured_route *a = left, *b = right;

    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    return (a->head > b->head) - (a->head < b->head);
}

/* Fills in the slot of a target with `count` routes. A single route stays with its hops, so that the
 * responder reads one piece of memory; several are put together. */
static int add_alternatives(struct reader *reader, const struct measured_route *routes, size_t count,
                            union sim_cell *slot)
{
    slot->slot.target = routes->target;
    slot->slot.entry = routes->head;
    for (size_t i = 0; i < count; i++) {
        const union sim_cell cell = {
            .route = {routes[i].head + 1, (uint16_t)(count - i), routes[i].length, routes[i].reaches}};
        int error = 0;

        if (count == 1)
            *cell_list_at(&reader->cells, routes->head) = cell;
        else
            error = cell_list_add(&reader->cells, cell, i ? NULL : &slot->slot.entry);

        if (error)
            return refuse_no_cells(reader, error);
    }
    return 0;
}

static int add_targets(struct reader *reader, union sim_cell *slots, uint32_t *targets)
{
    size_t first = 0;

    for (*targets = 0; first < reader->count; (*targets)++) {
        const struct measured_route *routes = &reader->routes[first];
        size_t count = 1;

        while (first + count < reader->count && routes[count].target == routes->target)
            count++;
        if (count > UINT16_MAX) {
            log_error("sim: %s: a target has more than %d routes", reader->file.name, UINT16_MAX);
            return -EINVAL;
        }
        int error = add_alternatives(reader, routes, count, &slots[*targets]);
        if (error)
            return error;
        first += count;
    }
    return 0;
}

static int build(struct reader *reader, struct sim_cells *out)
{
    union sim_cell *slots;
    uint32_t targets;
    int error;

    if (reader->count == 0) {
        log_error("sim: %s: has no route: one line each, TARGET HOP1 HOP2 …", reader->file.name);
        return -EINVAL;
    }
    qsort(reader->routes, reader->count, sizeof(*reader->routes), compare_routes);
    slots = calloc(reader->count, sizeof(*slots));
    if (!slots)
        return refuse_no_cells(reader, -ENOMEM);
    error = add_targets(reader, slots, &targets);
    if (!error) {
        error = cell_list_name(&reader->cells, &reader->names, out);
        if (!error)
            error = cell_list_index(&reader->cells, slots, targets, out);
        if (error)
            refuse_no_cells(reader, error);
    }
    free(slots);
    return error;
}

static int read_file(struct reader *reader, const char *path, struct sim_cells *out)
{
    int result = list_file_read(&reader->file, path, read_route, reader);

    if (result && reader->file.error.text[0])
        log_error("sim: %s", reader->file.error.text);
    return result ? result : build(reader, out);
}

static int make_routes(const struct sim_behaviour *behaviour, const char *argument,
                       struct sim_topology *topology)
{
    struct reader reader = {.count = 0};
    int error;

    *topology = (struct sim_topology){.kind = SIM_ROUTES, .flow_key = mix64(behaviour->seed)};
    error = read_file(&reader, argument, &topology->cells);
    free(reader.routes);
    address_numbers_free(&reader.names);
    cell_list_free(&reader.cells);
    return error;
}

const struct sim_kind sim_kind_routes = {.name = "routes",
                                         .argument = ":FILE",
                                         .help = "measured routes, one per line",
                                         .make = make_routes,
                                         .as_given = true};
