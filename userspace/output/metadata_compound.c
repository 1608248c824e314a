// SPDX-License-Identifier: GPL-2.0-or-later
/* Metadata values that are arrays and objects. */
#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/number.h"
#include "base/typed_offset.h"
#include "output/json_value.h"
#include "output/metadata.h"
#include "output/metadata_field.h"

static json_t *encode_arguments(const void *value)
{
    const struct metadata_arguments *arguments = value;
    json_t *array = json_array();

    for (size_t i = 0; array && i < arguments->count; i++) {
        if (json_array_append_new(array, json_bytes(arguments->values[i]))) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

static bool decode_arguments(const json_t *json, void *value)
{
    struct metadata_arguments *arguments = value;
    const char **values = calloc(json_array_size(json) + 1, sizeof(*values));
    const json_t *entry;
    size_t i;

    if (!values)
        return false;
    *arguments = (struct metadata_arguments){values, json_array_size(json)};
    json_array_foreach(json, i, entry)
    {
        if (!json_is_string(entry))
            return false;
        values[i] = json_string_value(entry);
    }
    return json_is_array(json);
}

const struct metadata_kind metadata_arguments = {"an array of strings", encode_arguments, decode_arguments,
                                                 NULL};

static bool decode_count(const json_t *object, const char *key, uint64_t *count)
{
    return metadata_number64.decode(json_object_get(object, key), count);
}

static json_t *encode_clock(const void *value)
{
    const struct clock_pairing *clock = value;

    return json_pack("{sI sI}", "monotonic_ns", (json_int_t)clock->monotonic_ns, "realtime_ns",
                     (json_int_t)clock->realtime_ns);
}

static bool decode_clock(const json_t *json, void *value)
{
    struct clock_pairing *clock = value;

    return decode_count(json, "monotonic_ns", &clock->monotonic_ns) &&
           decode_count(json, "realtime_ns", &clock->realtime_ns);
}

const struct metadata_kind metadata_clock = {"an object of monotonic_ns and realtime_ns", encode_clock,
                                             decode_clock, NULL};

static json_t *encode_cpus(const void *value)
{
    const struct cpu_list *list = value;
    json_t *array = list->count ? json_array() : json_null();

    for (unsigned i = 0; i < list->count; i++)
        json_array_append_new(array, json_integer(list->cpus[i]));
    return array;
}

static bool decode_cpus(const json_t *json, void *value)
{
    struct cpu_list *list = value;
    const json_t *entry;
    size_t i;

    list->count = 0;
    if (json_is_null(json))
        return true;
    if (!json_is_array(json) || json_array_size(json) > CPU_LIST_MAX)
        return false;
    json_array_foreach(json, i, entry)
    {
        if (!json_is_integer(entry) || json_integer_value(entry) < 0 ||
            json_integer_value(entry) >= CPU_LIST_MAX)
            return false;
        list->cpus[list->count++] = (uint16_t)json_integer_value(entry);
    }
    return true;
}

const struct metadata_kind metadata_cpus = {"null or an array of CPU numbers", encode_cpus, decode_cpus,
                                            NULL};

static void stream_reference(const struct metadata_list *list, FILE *out)
{
    json_t *json = metadata_list_reference_json(list);

    if (json)
        json_dumpf(json, out, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(json);
}

/* A list without a file may be long, too: if the metadata goes to a stream. */
static void stream_prefixes(const void *value, FILE *out)
{
    const struct metadata_list *listed = value;
    const struct prefix_list *list = &listed->prefixes;

    if (listed->file.name[0]) {
        stream_reference(listed, out);
        return;
    }
    fputc('[', out);
    for (size_t i = 0; i < list->count; i++) {
        char text[ADDRESS_TEXT_SIZE + sizeof(",\"/128\"")] = ",\"";
        char *p = text + 2;

        p += address_format(list->prefixes[i].base, p);
        *p++ = '/';
        p = number_put(p, list->prefixes[i].length);
        *p++ = '"';
        const char *start = i ? text : text + 1; /* no comma before the first */
        fwrite(start, 1, (size_t)(p - start), out);
    }
    fputc(']', out);
}

static bool decode_prefixes(const json_t *json, void *value)
{
    struct metadata_list *listed = value;
    struct prefix_list *list = &listed->prefixes;
    struct prefix prefix;
    const json_t *entry;
    size_t i;

    if (json_is_object(json))
        return metadata_list_reference_read(json, &listed->file);
    json_array_foreach(json, i, entry) if (!json_is_string(entry) ||
                                           prefix_parse(json_string_value(entry), &prefix) ||
                                           prefix_list_add(list, prefix)) return false;
    return json_is_array(json);
}

const struct metadata_kind metadata_prefixes = {
    "an array of prefixes such as 192.0.2.0/24, or the file of a list", NULL, decode_prefixes,
    stream_prefixes};

/* A feature that a reader must know, and its field. */
static const struct requirement {
    const char *name;
    size_t offset;
} requirements[] = {
    {"list-files", TYPED_OFFSET(struct metadata_requires, lists, bool)},
    {"shards", TYPED_OFFSET(struct metadata_requires, shards, bool)},
    {"flows-by-host", TYPED_OFFSET(struct metadata_requires, flows_by_host, bool)},
    {"merged", TYPED_OFFSET(struct metadata_requires, merged, bool)},
};

enum {
    REQUIREMENTS = sizeof(requirements) / sizeof(requirements[0]),
};

static json_t *encode_requires(const void *value)
{
    json_t *array = json_array();

    for (size_t i = 0; i < REQUIREMENTS; i++)
        if (*(const bool *)((const char *)value + requirements[i].offset))
            json_array_append_new(array, json_string(requirements[i].name));
    return array;
}

static const struct requirement *find_requirement(const char *name)
{
    for (size_t i = 0; i < REQUIREMENTS; i++)
        if (strcmp(requirements[i].name, name) == 0)
            return &requirements[i];
    return NULL;
}

const char *metadata_requires_unknown(const json_t *array)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(array, i, entry)
    {
        const char *name = json_string_value(entry);

        if (name && !find_requirement(name))
            return name;
    }
    return NULL;
}

static bool decode_requires(const json_t *json, void *value)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(json, i, entry)
    {
        const char *name = json_string_value(entry);
        const struct requirement *known = name ? find_requirement(name) : NULL;

        if (!name)
            return false;
        if (known)
            *(bool *)((char *)value + known->offset) = true;
    }
    return json_is_array(json);
}

const struct metadata_kind metadata_requires = {"an array of names", encode_requires, decode_requires, NULL};

static json_t *encode_shard(const void *value)
{
    const struct shard *shard = value;

    return shard_is_whole(shard)
               ? json_null()
               : json_pack("{sI sI}", "index", (json_int_t)shard->index, "of", (json_int_t)shard->of);
}

static bool decode_shard(const json_t *json, void *value)
{
    uint64_t index, of;

    *(struct shard *)value = (struct shard){0};
    if (json_is_null(json))
        return true;
    if (!decode_count(json, "index", &index) || !decode_count(json, "of", &of) || of > SHARDS_MAX ||
        index >= of)
        return false;
    *(struct shard *)value = (struct shard){(uint32_t)index, (uint32_t)of};
    return true;
}

const struct metadata_kind metadata_shard = {"null or an object of index and of, larger", encode_shard,
                                             decode_shard, NULL};

static json_t *encode_object(const void *value)
{
    json_t *object = *(json_t *const *)value;

    return object ? json_incref(object) : json_null();
}

static bool decode_object(const json_t *json, void *value)
{
    *(const json_t **)value = json_is_object(json) ? json : NULL;
    return json_is_object(json) || json_is_null(json);
}

const struct metadata_kind metadata_object = {"an object or null", encode_object, decode_object, NULL};

static bool decode_list(const json_t *json, void *value)
{
    *(const json_t **)value = json_is_array(json) ? json : NULL;
    return json_is_array(json) || json_is_null(json);
}

const struct metadata_kind metadata_array = {"a list or null", encode_object, decode_list, NULL};

/* Whether it is a plain file name: it must not lead to another directory. */
static bool is_name(const json_t *json)
{
    const char *name = json_string_value(json);

    return name && *name && !strchr(name, '/');
}

static bool decode_names(const json_t *json, void *value)
{
    const json_t *entry;
    size_t i;

    *(const json_t **)value = json_is_array(json) ? json : NULL;
    json_array_foreach(json, i, entry) if (!is_name(entry)) return false;
    return json_is_array(json) || json_is_null(json);
}

const struct metadata_kind metadata_names = {"null or an array of names of files", encode_object,
                                             decode_names, NULL};

static json_t *count_or_nothing(uint64_t count)
{
    return count ? json_integer((json_int_t)count) : NULL;
}

static json_t *encode_graph(const void *value)
{
    const struct metadata_graph *graph = value;

    return json_pack("{sI so* so* sI so* sb}", "interfaces", (json_int_t)graph->interfaces, "ipv6_interfaces",
                     count_or_nothing(graph->ipv6_interfaces), "interfaces_complete",
                     graph->interfaces_complete ? NULL : json_false(), "links", (json_int_t)graph->links,
                     "ipv6_links", count_or_nothing(graph->ipv6_links), "links_complete",
                     (int)graph->links_complete);
}

static bool decode_count_or_nothing(const json_t *object, const char *key, uint64_t *count)
{
    *count = 0;
    return !json_object_get(object, key) || decode_count(object, key, count);
}

static bool decode_graph(const json_t *json, void *value)
{
    struct metadata_graph *graph = value;

    graph->interfaces_complete = !json_is_false(json_object_get(json, "interfaces_complete"));
    return decode_count(json, "interfaces", &graph->interfaces) &&
           decode_count(json, "links", &graph->links) &&
           decode_count_or_nothing(json, "ipv6_interfaces", &graph->ipv6_interfaces) &&
           decode_count_or_nothing(json, "ipv6_links", &graph->ipv6_links) &&
           metadata_boolean.decode(json_object_get(json, "links_complete"), &graph->links_complete);
}

const struct metadata_kind metadata_graph = {"an object of interfaces, links and links_complete",
                                             encode_graph, decode_graph, NULL};

static json_t *encode_ledger(const void *value)
{
    return ledger_json(value);
}

static bool decode_ledger(const json_t *json, void *value)
{
    return ledger_from_json(json, value) == NULL;
}

const struct metadata_kind metadata_ledger = {"an object with every counter of the ledger", encode_ledger,
                                              decode_ledger, NULL};
