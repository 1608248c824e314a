// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/history.h"

#include <errno.h>
#include <string.h>

#include "survey/parts.h"

/* A killed run's part is its last live text. */
static json_t *part_of_text(const char *live)
{
    json_t *part = live ? json_loads(live, 0, NULL) : NULL;

    if (!json_is_object(part)) {
        json_decref(part);
        part = json_pack("{s:s}", "state", "killed");
    } else if (strcmp(json_string_value(json_object_get(part, "state")) ?: "running", "running") == 0) {
        json_object_set_new(part, "state", json_string("killed"));
    }
    return part;
}

/* Adds the facts that the old metadata has about the run before alone. In the new metadata this run's
 * facts take their place. */
static int add_told(json_t *part, const struct survey_metadata *before)
{
    static const char *const keys[] = {"auto_rate", "back_pressure", "outages", "control", "gentle", NULL};
    json_t *told = metadata_pick(before, keys), *value;
    const char *key;

    if (!told)
        return -ENOMEM;
    json_object_foreach(told, key, value) if (!json_is_null(value)) json_object_set(part, key, value);
    json_decref(told);
    return 0;
}

static void add_part(struct history *history, const json_t *part)
{
    struct ledger ledger;

    if (!ledger_from_json(json_object_get(part, "ledger"), &ledger))
        ledger_add(&history->ledger, &ledger);
    history->seconds += json_number_value(json_object_get(part, "seconds"));
}

static void correct_written(struct history *history, uint64_t records)
{
    size_t last = json_array_size(history->parts) - 1;
    json_t *ledger = json_object_get(json_array_get(history->parts, last), "ledger");
    uint64_t others = 0;

    for (size_t i = 0; i < last; i++)
        others += (uint64_t)json_integer_value(
            json_object_get(json_object_get(json_array_get(history->parts, i), "ledger"), "written"));
    if (ledger && records >= others)
        json_object_set_new(ledger, "written", json_integer((json_int_t)(records - others)));
}

int history_load(struct history *history, const struct survey_metadata *before, const char *live,
                 uint64_t records)
{
    size_t told = json_array_size(before->parts);

    history->resumed = before->resumed + 1;
    history->start_us = before->start_us;
    history->parts = told ? json_deep_copy(before->parts) : json_array();
    /* The metadata of a killed run lacks the run's own part. */
    if (!history->parts ||
        (told < history->resumed && json_array_append_new(history->parts, part_of_text(live))))
        return -ENOMEM;
    if (add_told(json_array_get(history->parts, json_array_size(history->parts) - 1), before))
        return -ENOMEM;
    correct_written(history, records);
    for (size_t i = 0; i < json_array_size(history->parts); i++)
        add_part(history, json_array_get(history->parts, i));
    return 0;
}

void history_free(struct history *history)
{
    json_decref(history->parts);
    history->parts = NULL;
}

json_t *history_part_json(const struct survey *survey, const struct survey_status *status, const char *state)
{
    uint64_t start_us = clock_to_realtime_ns(&survey->clock, survey->started_ns) / NS_PER_US;

    return json_pack("{s:I, s:I, s:s, s:f, s:{s:I, s:I}, s:o}", "start_us", (json_int_t)start_us, "end_us",
                     (json_int_t)(clock_read_ns(CLOCK_REALTIME) / NS_PER_US), "state", state, "seconds",
                     (double)status->elapsed_ns / (double)NS_PER_S, "clock", "monotonic_ns",
                     (json_int_t)survey->clock.monotonic_ns, "realtime_ns",
                     (json_int_t)survey->clock.realtime_ns, "ledger", ledger_json(&status->ledger));
}

json_t *history_parts_json(const struct survey *survey, const struct survey_status *status, const char *state)
{
    const struct history *history = &survey->history;
    json_t *parts = history->parts ? json_copy(history->parts) : NULL;

    if (parts)
        json_array_append_new(parts, history_part_json(survey, status, state));
    return parts;
}
