// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/ways_told.h"

#include "base/address_text.h"
#include "base/log.h"
#include "base/number.h"
#include "output/json_value.h"

void ways_warn(const struct ways *ways, uint64_t targets)
{
    char all[NUMBER_TEXT_SIZE], some[NUMBER_TEXT_SIZE];

    for (unsigned i = 0; i < ways->left_out_count; i++) {
        const struct ways_left_out *left_out = &ways->left_out[i];

        log_warning("%s of %s target%s %s left out: %s", number_group(left_out->targets, some),
                    number_group(targets, all), plural(targets), plural_form(left_out->targets, "is", "are"),
                    left_out->reason.text);
    }
}

static json_t *address_json(struct address address)
{
    return address_is_none(address) ? json_null() : json_address(address);
}

static json_t *way_json(const struct way *way)
{
    char mac[MAC_TEXT_SIZE];

    return json_pack("{s:s, s:o, s:o, s:s, s:I}", "interface", way->egress.link.name, "source",
                     address_json(way->egress.source), "gateway", address_json(way->egress.gateway),
                     "gateway_mac", mac_format(way->egress.next_hop_mac, mac), "targets",
                     (json_int_t)way->targets);
}

json_t *ways_out_json(const struct ways *ways)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < ways->count; i++)
        json_array_append_new(list, way_json(&ways->list[i]));
    return list;
}

json_t *ways_left_out_json(const struct ways *ways)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < ways->left_out_count; i++)
        json_array_append_new(list, json_pack("{s:I, s:s}", "targets", (json_int_t)ways->left_out[i].targets,
                                              "why", ways->left_out[i].reason.text));
    return list;
}
