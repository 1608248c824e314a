// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/limited_told.h"

#include "base/address_text.h"
#include "base/number.h"
#include "survey/parts.h"

static const struct strategy *first_strategy(const struct survey *survey)
{
    return survey->sender_count ? survey->senders[0].sender.strategy : NULL;
}

size_t limited_told_find(const struct survey *survey, struct limited_hop out[LIMITED_TOLD])
{
    const struct strategy *first = first_strategy(survey);

    return first ? strategy_limited(first, out, LIMITED_TOLD) : 0;
}

static json_t *hop_json(const struct limited_hop *hop)
{
    char address[ADDRESS_TEXT_SIZE];

    address_format(hop->responder, address);
    return json_pack("{s:s, s:I, s:I}", "responder", address, "asked", (json_int_t)hop->asked, "answered",
                     (json_int_t)hop->answered);
}

json_t *limited_told_json(const struct survey *survey)
{
    struct limited_hop hops[LIMITED_TOLD];
    const struct strategy *first = first_strategy(survey);
    size_t count = limited_told_find(survey, hops);
    json_t *list = first && first->ops->limited ? json_array() : NULL;

    for (size_t i = 0; list && i < count; i++)
        json_array_append_new(list, hop_json(&hops[i]));
    return list;
}

void limited_told_print(const struct limited_hop *hops, size_t count, FILE *out)
{
    char number[NUMBER_TEXT_SIZE], address[ADDRESS_TEXT_SIZE];

    if (!count)
        return;
    fprintf(out, "  limited       %zu%s router%s answer%s too little, above all", count,
            count == LIMITED_TOLD ? " or more" : "", plural(count), plural_form(count, "s", ""));
    for (size_t i = 0; i < count && i < LIMITED_SHOWN; i++) {
        address_format(hops[i].responder, address);
        fprintf(out, "%s %s (%s", i ? "," : "", address, number_group(hops[i].answered, number));
        fprintf(out, " of %s)", number_group(hops[i].asked, number));
    }
    fputc('\n', out);
}
