// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/steering.h"

#include <math.h>

#include "base/clock.h"

void steering_begin(struct steering *steering, double rate)
{
    *steering = (struct steering){.rate = rate};
}

void steering_start(struct steering *steering, uint64_t now_ns)
{
    steering->started_ns = now_ns;
}

bool steering_pause(struct steering *steering, uint64_t now_ns)
{
    if (steering_is_paused(steering))
        return false;
    steering->paused_since_ns = now_ns;
    steering->pauses++;
    return true;
}

bool steering_resume(struct steering *steering, uint64_t now_ns)
{
    if (!steering_is_paused(steering))
        return false;
    steering->paused_ns = steering_paused_ns(steering, now_ns);
    steering->paused_since_ns = 0;
    return true;
}

uint64_t steering_paused_ns(const struct steering *steering, uint64_t now_ns)
{
    return steering->paused_ns + (steering_is_paused(steering) ? now_ns - steering->paused_since_ns : 0);
}

void steering_note_rate(struct steering *steering, uint64_t now_ns, double rate)
{
    steering->rate = rate;
    steering->rates[steering->rate_count++ % STEERING_KEPT] =
        (struct rate_change){now_ns - steering->started_ns, rate};
}

void steering_note_list(struct steering *steering, uint64_t now_ns, uint64_t prefixes)
{
    steering->lists[steering->list_count++ % STEERING_KEPT] =
        (struct list_change){now_ns - steering->started_ns, prefixes};
}

static uint64_t first_kept(uint64_t count)
{
    return count > STEERING_KEPT ? count - STEERING_KEPT : 0;
}

static double seconds(uint64_t ns)
{
    return (double)ns / (double)NS_PER_S;
}

/* A rate of null means max, as everywhere in the metadata. */
static json_t *rates_json(const struct steering *steering)
{
    json_t *list = json_array();

    for (uint64_t i = first_kept(steering->rate_count); i < steering->rate_count; i++) {
        const struct rate_change *change = &steering->rates[i % STEERING_KEPT];

        json_array_append_new(list,
                              json_pack("{s:f, s:o}", "after", seconds(change->after_ns), "rate",
                                        isfinite(change->rate) ? json_real(change->rate) : json_null()));
    }
    return list;
}

static json_t *lists_json(const struct steering *steering)
{
    json_t *list = json_array();

    for (uint64_t i = first_kept(steering->list_count); i < steering->list_count; i++) {
        const struct list_change *change = &steering->lists[i % STEERING_KEPT];

        json_array_append_new(list, json_pack("{s:f, s:I}", "after", seconds(change->after_ns), "prefixes",
                                              (json_int_t)change->prefixes));
    }
    return list;
}

json_t *steering_json(const struct steering *steering, uint64_t now_ns, json_t *list)
{
    if (!steering->pauses && !steering->rate_count && !steering->list_count) {
        json_decref(list);
        return NULL;
    }
    return json_pack("{s:I, s:f, s:I, s:o, s:I, s:o, s:o}", "pauses", (json_int_t)steering->pauses,
                     "paused_seconds", seconds(steering_paused_ns(steering, now_ns)), "rate_changes",
                     (json_int_t)steering->rate_count, "rates", rates_json(steering), "blocklist_reloads",
                     (json_int_t)steering->list_count, "reloads", lists_json(steering), "blocklist",
                     list ? list : json_null());
}
