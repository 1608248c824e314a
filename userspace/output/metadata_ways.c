// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_ways.h"

#include "base/address_text.h"

/* Only the first source of a family is kept. */
static void add_source(struct address_pair *sources, struct address source)
{
    struct address *own = address_is_ipv4(source) ? &sources->ipv4 : &sources->ipv6;

    if (address_is_none(*own))
        *own = source;
}

struct address_pair metadata_sources(const struct survey_metadata *metadata)
{
    const json_t *out = json_object_get(metadata->ways, "out");
    struct address_pair sources = {ADDRESS_NONE, ADDRESS_NONE};
    const json_t *way;
    size_t i;

    add_source(&sources, metadata->source);
    json_array_foreach(out, i, way)
    {
        const char *text = json_string_value(json_object_get(way, "source"));
        struct address source;

        if (text && address_parse(text, &source))
            add_source(&sources, source);
    }
    return sources;
}
