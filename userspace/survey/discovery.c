// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/discovery.h"

#include <math.h>

#include "base/clock.h"
#include "survey/parts.h"

static void halve(struct discovery *discovery)
{
    for (size_t i = 0; i < DISCOVERY_POINTS / 2; i++)
        discovery->points[i] = discovery->points[2 * i];
    discovery->count = DISCOVERY_POINTS / 2;
    discovery->every_ns =
        2 * (discovery->points[discovery->count - 1].ns - discovery->points[0].ns) / DISCOVERY_POINTS;
}

void discovery_add(struct discovery *discovery, const struct discovery_point *point)
{
    if (discovery->count && point->ns < discovery->points[discovery->count - 1].ns + discovery->every_ns)
        return;
    if (discovery->count == DISCOVERY_POINTS)
        halve(discovery);
    discovery->points[discovery->count++] = *point;
}

void discovery_end(struct discovery *discovery, const struct discovery_point *point)
{
    if (discovery->count == DISCOVERY_POINTS)
        halve(discovery);
    discovery->points[discovery->count++] = *point;
}

static json_t *row(const struct discovery_point *point)
{
    double ms = round((double)point->ns / (double)NS_PER_MS);

    return json_pack("[f, I, I, I]", ms / 1000, (json_int_t)point->probes, (json_int_t)point->interfaces,
                     (json_int_t)point->links);
}

json_t *discovery_json(const struct discovery *discovery)
{
    json_t *points = json_array();

    for (unsigned i = 0; i < discovery->count; i++)
        json_array_append_new(points, row(&discovery->points[i]));
    return json_pack("{s:[s, s, s, s], s:o}", "columns", "seconds", "probes", "interfaces", "links", "points",
                     points);
}

static void load_row(struct discovery *discovery, json_t *row)
{
    double seconds;
    json_int_t probes, interfaces, links;

    if (discovery->count == DISCOVERY_POINTS ||
        json_unpack(row, "[F, I, I, I]", &seconds, &probes, &interfaces, &links) ||
        !(seconds >= 0 && seconds < 1e9))
        return;
    discovery->points[discovery->count++] = (struct discovery_point){
        (uint64_t)(seconds * (double)NS_PER_S), (uint64_t)probes, (uint64_t)interfaces, (uint64_t)links};
}

void discovery_load(struct discovery *discovery, const json_t *before, double seconds, uint64_t probes)
{
    json_t *row;
    size_t i;

    discovery->ns = (uint64_t)(seconds * (double)NS_PER_S);
    discovery->probes = probes;
    json_array_foreach(json_object_get(before, "points"), i, row)
    {
        load_row(discovery, row);
    }
    if (!discovery->count)
        return;
    uint64_t first = discovery->points[0].ns, last = discovery->points[discovery->count - 1].ns;

    discovery->every_ns = (last - first) / discovery->count;
    /* The last ones are of the cooldown, which is none of the seconds of sending. */
    if (discovery->ns < last)
        discovery->ns = last;
}

static struct discovery_point now(const struct survey *survey)
{
    struct discovery_point point = {
        .ns = survey->discovery.ns + clock_now_ns() - survey->started_ns,
        .probes = survey->discovery.probes,
        .interfaces = graph_interfaces(survey->graph),
        .links = graph_links(survey->graph),
    };

    for (unsigned i = 0; i < survey->sender_count; i++)
        point.probes += counter_read(survey->probes_sent[i]);
    return point;
}

void discovery_watch(struct survey *survey)
{
    struct discovery_point point = now(survey);

    discovery_add(&survey->discovery, &point);
}

void discovery_watch_end(struct survey *survey)
{
    struct discovery_point point = now(survey);

    discovery_end(&survey->discovery, &point);
}
