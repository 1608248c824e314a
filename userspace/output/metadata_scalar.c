// SPDX-License-Identifier: GPL-2.0-or-later
/* Metadata values that are neither arrays nor objects. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/address_text.h"
#include "base/enum_table.h"
#include "base/key.h"
#include "base/options.h"
#include "output/json_value.h"
#include "output/metadata.h"
#include "output/metadata_field.h"

static json_t *encode_text(const void *value)
{
    const char *text = *(const char *const *)value;

    return text ? json_bytes(text) : json_null();
}

static bool decode_text(const json_t *json, void *value)
{
    *(const char **)value = json_string_value(json);
    return json_is_string(json) || json_is_null(json);
}

const struct metadata_kind metadata_text = {"a string or null", encode_text, decode_text, NULL};

static json_t *encode_number64(const void *value)
{
    return json_integer((json_int_t) * (const uint64_t *)value);
}

static bool decode_number64(const json_t *json, void *value)
{
    *(uint64_t *)value = (uint64_t)json_integer_value(json);
    return json_is_integer(json) && json_integer_value(json) >= 0;
}

const struct metadata_kind metadata_number64 = {"a whole number", encode_number64, decode_number64, NULL};

static json_t *encode_number32(const void *value)
{
    return json_integer(*(const uint32_t *)value);
}

static bool decode_number32(const json_t *json, void *value)
{
    *(uint32_t *)value = (uint32_t)json_integer_value(json);
    return json_is_integer(json) && json_integer_value(json) == *(uint32_t *)value;
}

const struct metadata_kind metadata_number32 = {"a whole number", encode_number32, decode_number32, NULL};

static json_t *encode_optional32(const void *value)
{
    return *(const uint32_t *)value ? encode_number32(value) : json_null();
}

static bool decode_optional32(const json_t *json, void *value)
{
    if (!json_is_null(json))
        return decode_number32(json, value);
    *(uint32_t *)value = 0;
    return true;
}

const struct metadata_kind metadata_optional32 = {"null or a whole number", encode_optional32,
                                                  decode_optional32, NULL};

static json_t *encode_layout(const void *value)
{
    return json_string((*(const struct layout *const *)value)->name);
}

static bool decode_layout(const json_t *json, void *value)
{
    const struct layout *layout =
        json_is_string(json) ? layout_by_name(json_string_value(json), FAMILY_IPV4) : NULL;

    *(const struct layout **)value = layout;
    return layout;
}

const struct metadata_kind metadata_layout = {"a protocol that probes are sent by", encode_layout,
                                              decode_layout, NULL};

static json_t *encode_seconds(const void *value)
{
    return json_real(*(const double *)value);
}

static bool decode_seconds(const json_t *json, void *value)
{
    *(double *)value = json_number_value(json);
    return json_is_number(json) && json_number_value(json) >= 0;
}

const struct metadata_kind metadata_seconds = {"a number of seconds", encode_seconds, decode_seconds, NULL};

static json_t *encode_rate(const void *value)
{
    double rate = *(const double *)value;

    if (isnan(rate))
        return json_string("auto");
    return isfinite(rate) ? json_real(rate) : json_null();
}

static bool decode_rate(const json_t *json, void *value)
{
    bool is_auto = json_is_string(json) && strcmp(json_string_value(json), "auto") == 0;

    if (!is_auto && !json_is_null(json))
        return decode_seconds(json, value);
    *(double *)value = is_auto ? NAN : INFINITY;
    return true;
}

const struct metadata_kind metadata_rate = {"a number of probes per second, \"auto\" or null", encode_rate,
                                            decode_rate, NULL};

static json_t *encode_boolean(const void *value)
{
    return json_boolean(*(const bool *)value);
}

static bool decode_boolean(const json_t *json, void *value)
{
    *(bool *)value = json_is_true(json);
    return json_is_boolean(json);
}

const struct metadata_kind metadata_boolean = {"true or false", encode_boolean, decode_boolean, NULL};

/* k0, then k1, each with its most significant digit first. */
static json_t *encode_key(const void *value)
{
    const struct siphash_key *key = value;

    return json_sprintf("%016" PRIx64 "%016" PRIx64, key->k0, key->k1);
}

static bool decode_key(const json_t *json, void *value)
{
    const char *text = json_string_value(json);

    return text && key_parse(text, value);
}

const struct metadata_kind metadata_key = {"32 hex digits", encode_key, decode_key, NULL};

static json_t *encode_address(const void *value)
{
    return json_address(*(const struct address *)value);
}

static bool decode_address(const json_t *json, void *value)
{
    return json_is_string(json) && address_parse(json_string_value(json), value);
}

const struct metadata_kind metadata_address = {"an address", encode_address, decode_address, NULL};

static json_t *encode_host6(const void *value)
{
    char text[ADDRESS_TEXT_SIZE];

    return json_string(host6_format(*(const struct host6 *)value, text));
}

static bool decode_host6(const json_t *json, void *value)
{
    return json_is_string(json) && host6_parse(json_string_value(json), value);
}

static json_t *encode_flows_by(const void *value)
{
    return json_string(flows_by_name(*(const enum flows_by *)value));
}

static bool decode_flows_by(const json_t *json, void *value)
{
    return json_is_string(json) && flows_by_parse(json_string_value(json), value);
}

const struct metadata_kind metadata_flows_by = {"port or host", encode_flows_by, decode_flows_by, NULL};

const struct metadata_kind metadata_host6 = {"random, low, eui or an interface identifier such as ::1",
                                             encode_host6, decode_host6, NULL};

static json_t *encode_mac(const void *value)
{
    static const uint8_t none[6];
    char text[MAC_TEXT_SIZE];

    return memcmp(value, none, sizeof(none)) == 0 ? json_null() : json_string(mac_format(value, text));
}

static bool decode_mac(const json_t *json, void *value)
{
    return json_is_null(json) || (json_is_string(json) && parse_mac(json_string_value(json), value));
}

const struct metadata_kind metadata_mac = {"an Ethernet address or null", encode_mac, decode_mac, NULL};

/* ISO 8601 in UTC: 2023-11-14T22:13:20.123456Z. */
static json_t *encode_time_text(const void *value)
{
    uint64_t time_us = *(const uint64_t *)value;
    time_t seconds = (time_t)(time_us / US_PER_S);
    struct tm utc;
    char text[32];

    gmtime_r(&seconds, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    return json_sprintf("%s.%06uZ", text, (unsigned)(time_us % US_PER_S));
}

static bool decode_time_text(const json_t *json, void *value)
{
    (void)value;
    return json_is_string(json);
}

const struct metadata_kind metadata_time_text = {"a time such as 2023-11-14T22:13:20.123456Z",
                                                 encode_time_text, decode_time_text, NULL};

static const char *const state_names[] = {
    [SURVEY_RUNNING] = "running", [SURVEY_FINISHED] = "finished", [SURVEY_INTERRUPTED] = "interrupted",
    [SURVEY_FAILED] = "failed",   [SURVEY_STOPPED] = "stopped",
};
ENUM_TABLE(state_names, SURVEY_STATES);

const char *survey_state_name(enum survey_state state)
{
    return state_names[state];
}

static json_t *encode_state(const void *value)
{
    return json_string(state_names[*(const enum survey_state *)value]);
}

static bool decode_state(const json_t *json, void *value)
{
    for (int i = 0; json_is_string(json) && i < SURVEY_STATES; i++) {
        if (strcmp(json_string_value(json), state_names[i]) == 0) {
            *(enum survey_state *)value = (enum survey_state)i;
            return true;
        }
    }
    return false;
}

const struct metadata_kind metadata_state = {"running, finished, interrupted, failed or stopped",
                                             encode_state, decode_state, NULL};
