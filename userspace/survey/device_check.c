// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/device_check.h"

#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/number.h"
#include "host/link_ports.h"
#include "output/json_value.h"
#include "survey/way_in.h"
#include "survey/way_out.h"

enum {
    STEPS_MOST = 4, /* a VLAN device, a bond, its ports; and one to spare */
    LOOKS_APART_MS = 100,
    /* Drivers that read their counters from the device do so every one or two seconds. */
    PATIENCE_MS = 2500,
};

/* Adds the devices of one step on the way out; adds none where one cannot be read, or there is no room. */
static void add_step(struct outlet *outlet, const unsigned *indexes, unsigned count, unsigned step)
{
    unsigned first = outlet->carrier_count;

    for (unsigned i = 0; i < count; i++) {
        struct carrier *carrier = &outlet->carriers[first + i];

        if (first + i == OUTLET_CARRIERS_MAX || link_counters(NULL, indexes[i], &carrier->before))
            return;
        carrier->index = indexes[i];
        carrier->step = step;
    }
    outlet->carrier_count = first + count;
}

/* Stops before a step of several devices: which part of their packets was the survey's is not known. */
static void begin(const struct survey *survey, struct outlet *outlet)
{
    unsigned indexes[OUTLET_CARRIERS_MAX] = {way_out_link(survey, outlet)->index}, count = 1;
    struct link_info link;

    for (unsigned step = 0; count && step < STEPS_MOST; step++) {
        add_step(outlet, indexes, count, step);
        if (count > 1 || link_by_index(indexes[0], &link))
            return;
        count = link_carriers(&link, indexes, OUTLET_CARRIERS_MAX);
    }
}

void device_check_begin(struct survey *survey)
{
    for (unsigned i = 0; i < survey->outlet_count; i++)
        begin(survey, &survey->outlets[i]);
}

/* Frames that drivers take without the kernel's packet buffers may be missing in the drivers' counters. */
static bool can_show(struct survey *survey, const struct outlet *outlet)
{
    const struct link_info *link = way_out_link(survey, outlet);

    if (survey->tx->xdp_frames)
        return device_counts_xdp_frames(link->driver);
    return !survey->tx->uses_xdp_socket || !way_in_is_zero_copy(survey, link->index);
}

/* Returns where the next step begins. */
static unsigned add_growth(struct netlink_kept *kept, const struct outlet *outlet, unsigned first,
                           struct device_growth *sum)
{
    unsigned i = first;

    for (; i < outlet->carrier_count && outlet->carriers[i].step == outlet->carriers[first].step; i++) {
        struct link_counters now;
        int error = link_counters(kept, outlet->carriers[i].index, &now);

        device_growth_add(sum, &outlet->carriers[i].before, error ? NULL : &now);
    }
    return i;
}

static void look(struct survey *survey, struct outlet *outlet)
{
    struct device_count *count = &outlet->count;

    *count =
        (struct device_count){.handed = way_out_sent(survey, outlet), .excused = outlet->outages.total_sent};
    for (unsigned i = 0; can_show(survey, outlet) && i < outlet->carrier_count;) {
        struct device_growth growth = {0};

        i = add_growth(survey->inquiries, outlet, i, &growth);
        device_count_note(count, &growth);
    }
}

uint64_t device_check_missing(const struct survey *survey)
{
    uint64_t missing = 0;

    for (unsigned i = 0; i < survey->outlet_count; i++)
        missing += device_count_missing(&survey->outlets[i].count);
    return missing;
}

void device_check_end(struct survey *survey, bool hurry)
{
    const struct timespec apart = {.tv_nsec = LOOKS_APART_MS * (long)NS_PER_MS};
    unsigned looks = hurry ? 1 : PATIENCE_MS / LOOKS_APART_MS;

    while (looks--) {
        for (unsigned i = 0; i < survey->outlet_count; i++)
            look(survey, &survey->outlets[i]);
        if (!device_check_missing(survey))
            return;
        if (looks)
            nanosleep(&apart, NULL);
    }
}

void device_check_tell(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->outlet_count; i++) {
        const struct outlet *outlet = &survey->outlets[i];
        uint64_t missing = device_count_missing(&outlet->count);
        char handed[NUMBER_TEXT_SIZE], counted[NUMBER_TEXT_SIZE], number[NUMBER_TEXT_SIZE];

        if (missing)
            log_warning(
                "%s accepted %s probe%s, but counted %s sent packet%s: %s probe%s may never have left",
                way_out_link(survey, outlet)->name, number_group(outlet->count.handed, handed),
                plural(outlet->count.handed), number_group(outlet->count.counted, counted),
                plural(outlet->count.counted), number_group(missing, number), plural(missing));
    }
}

static json_t *outlet_json(const struct survey *survey, const struct outlet *outlet)
{
    return json_pack("{s:o, s:I, s:I, s:I}", "interface", json_bytes(way_out_link(survey, outlet)->name),
                     "handed", (json_int_t)outlet->count.handed, "counted", (json_int_t)outlet->count.counted,
                     "dropped", (json_int_t)outlet->count.dropped);
}

json_t *device_check_json(const struct survey *survey)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < survey->outlet_count; i++)
        if (survey->outlets[i].count.known)
            json_array_append_new(list, outlet_json(survey, &survey->outlets[i]));
    if (json_array_size(list))
        return json_pack("{s:I, s:o}", "missing", (json_int_t)device_check_missing(survey), "devices", list);
    json_decref(list);
    return NULL;
}
