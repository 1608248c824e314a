// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/discovery.h"

#include <math.h>
#include <stdbool.h>

#include "base/clock.h"
#include "survey/parts.h"
#include "survey/status.h"

enum {
    COLUMN_LOST = 4,
};

static void halve(struct discovery *discovery)
{
    for (size_t i = 0; i < DISCOVERY_POINTS / 2; i++)
        discovery->points[i] = discovery->points[2 * i];
    discovery->count = DISCOVERY_POINTS / 2;
    discovery->every_ns =
        2 * (discovery->points[discovery->count - 1].ns - discovery->points[0].ns) / DISCOVERY_POINTS;
}

static bool is_due(const struct discovery *discovery, uint64_t ns)
{
    return !discovery->count || ns >= discovery->points[discovery->count - 1].ns + discovery->every_ns;
}

void discovery_add(struct discovery *discovery, const struct discovery_point *point)
{
    if (!is_due(discovery, point->ns))
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

    return json_pack("[f, I, I, I, o]", ms / 1000, (json_int_t)point->probes, (json_int_t)point->interfaces,
                     (json_int_t)point->links,
                     point->lost == DISCOVERY_LOST_UNKNOWN ? json_null()
                                                           : json_integer((json_int_t)point->lost));
}

json_t *discovery_json(const struct discovery *discovery)
{
    json_t *points = json_array();

    for (unsigned i = 0; i < discovery->count; i++)
        json_array_append_new(points, row(&discovery->points[i]));
    return json_pack("{s:[s, s, s, s, s], s:o}", "columns", "seconds", "probes", "interfaces", "links",
                     "lost", "points", points);
}

/* Files of earlier versions lack this column. */
static uint64_t lost_in(const json_t *row)
{
    const json_t *lost = json_array_get(row, COLUMN_LOST);

    return json_is_integer(lost) ? (uint64_t)json_integer_value(lost) : DISCOVERY_LOST_UNKNOWN;
}

static void load_row(struct discovery *discovery, json_t *row)
{
    double seconds;
    json_int_t probes, interfaces, links;

    if (discovery->count == DISCOVERY_POINTS ||
        json_unpack(row, "[F, I, I, I]", &seconds, &probes, &interfaces, &links) ||
        !(seconds >= 0 && seconds < 1e9))
        return;
    discovery->points[discovery->count++] =
        (struct discovery_point){(uint64_t)(seconds * (double)NS_PER_S), (uint64_t)probes,
                                 (uint64_t)interfaces, (uint64_t)links, lost_in(row)};
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
    const struct discovery_point *end = &discovery->points[discovery->count - 1];
    uint64_t first = discovery->points[0].ns, last = end->ns;

    discovery->every_ns = (last - first) / discovery->count;
    discovery->lost = end->lost;
    /* The last points are of the cooldown, which does not count as sending. */
    if (discovery->ns < last)
        discovery->ns = last;
}

/* Once losses were unknown, the sum stays unknown. Counters are read one after the other, so for a moment two
 * of them may count the same loss. The sum never decreases when that is corrected. */
static uint64_t lost_by_now(const struct survey *survey)
{
    const struct discovery *discovery = &survey->discovery;
    uint64_t before = discovery->count ? discovery->points[discovery->count - 1].lost : 0, lost;
    struct survey_status status;

    if (discovery->lost == DISCOVERY_LOST_UNKNOWN)
        return DISCOVERY_LOST_UNKNOWN;
    survey_status(survey, &status);
    lost = discovery->lost + status_lost(&status);
    return lost > before ? lost : before;
}

static uint64_t ns_by_now(const struct survey *survey)
{
    return survey->discovery.ns + clock_now_ns() - survey->started_ns;
}

static struct discovery_point now(const struct survey *survey)
{
    struct discovery_point point = {
        .ns = ns_by_now(survey),
        .probes = survey->discovery.probes,
        .interfaces = graph_interfaces(survey->graph),
        .links = graph_links(survey->graph),
        .lost = lost_by_now(survey),
    };

    for (unsigned i = 0; i < survey->sender_count; i++)
        point.probes += counter_read(survey->probes_sent[i]);
    return point;
}

void discovery_watch(struct survey *survey)
{
    if (!is_due(&survey->discovery, ns_by_now(survey)))
        return;
    struct discovery_point point = now(survey);

    discovery_add(&survey->discovery, &point);
}

void discovery_watch_end(struct survey *survey)
{
    struct discovery_point point = now(survey);

    discovery_end(&survey->discovery, &point);
}
