// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/score_truth.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "base/line_reader.h"

struct truth_reader {
    struct score *score;
    const char *path;
    struct line_reader lines;
    struct error_text *error;
};

static int get_address(const struct truth_reader *reader, const json_t *object, const char *key,
                       struct address *address)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value) || !address_parse(json_string_value(value), address))
        return error_text_set(reader->error, -EINVAL, "key '%s' is not an address such as 192.0.2.1", key);
    return 0;
}

static int get_visible(const struct truth_reader *reader, const json_t *object, bool *visible)
{
    const json_t *value = json_object_get(object, "visible");

    *visible = json_is_true(value);
    return json_is_boolean(value)
               ? 0
               : error_text_set(reader->error, -EINVAL, "key 'visible' is not true or false");
}

static int add_truth(const struct truth_reader *reader, enum score_kind kind, struct score_thing thing,
                     bool visible)
{
    int error = score_add_truth(reader->score, kind, thing, visible);

    return error ? error_text_set(reader->error, error, "out of memory") : 0;
}

static int add_address(const struct truth_reader *reader, enum score_kind kind, const json_t *line)
{
    struct score_thing thing = {0};
    bool visible;

    if (get_address(reader, line, "address", &thing.address) || get_visible(reader, line, &visible))
        return -EINVAL;
    return add_truth(reader, kind, thing, visible);
}

static int add_interface(const struct truth_reader *reader, const json_t *line)
{
    return add_address(reader, SCORE_INTERFACE, line);
}

static int add_link(const struct truth_reader *reader, const json_t *line)
{
    struct score_thing thing;
    bool visible;

    if (get_address(reader, line, "from", &thing.from) || get_address(reader, line, "to", &thing.address) ||
        get_visible(reader, line, &visible))
        return -EINVAL;
    return add_truth(reader, SCORE_LINK, thing, visible);
}

static int add_target(const struct truth_reader *reader, const json_t *line)
{
    return add_address(reader, SCORE_TARGET, line);
}

/* Adds every pair of addresses of a router. The lines of interfaces come before these. */
static int add_router(const struct truth_reader *reader, const json_t *line)
{
    const json_t *addresses = json_object_get(line, "addresses");
    size_t count = json_array_size(addresses);
    struct score_thing pair;
    int error = 0;

    for (size_t i = 0; i < count && reader->score->aliases; i++)
        for (size_t j = i + 1; j < count && !error; j++) {
            const char *from = json_string_value(json_array_get(addresses, i));
            const char *other = json_string_value(json_array_get(addresses, j));

            if (!from || !other || !address_parse(from, &pair.from) || !address_parse(other, &pair.address))
                return error_text_set(reader->error, -EINVAL,
                                      "key 'addresses' contains something that is not an address");
            error = score_add_router(reader->score, pair);
        }
    return error ? error_text_set(reader->error, error, "out of memory") : 0;
}

/* An older truth has no "reaches": then the address of the last hop decides. */
static int get_reaches(const struct truth_reader *reader, const json_t *line, bool *reaches)
{
    const json_t *value = json_object_get(line, "reaches");

    *reaches = !value || json_is_true(value);
    return !value || json_is_boolean(value)
               ? 0
               : error_text_set(reader->error, -EINVAL, "key 'reaches' is not true or false");
}

/* Interfaces and links have lines of their own; a route only adds whether its target answers. */
static int add_route(const struct truth_reader *reader, const json_t *line)
{
    const json_t *hops = json_object_get(line, "hops");
    struct score_thing target = {0};
    struct address last;
    bool visible, reaches;

    if (get_address(reader, line, "target", &target.address) || get_reaches(reader, line, &reaches))
        return -EINVAL;
    if (!json_is_array(hops))
        return error_text_set(reader->error, -EINVAL, "key 'hops' is not an array");

    const json_t *last_hop = json_array_get(hops, json_array_size(hops) - 1);
    if (!last_hop || json_is_null(last_hop))
        return 0;
    if (get_address(reader, last_hop, "address", &last) || get_visible(reader, last_hop, &visible))
        return -EINVAL;
    return reaches && address_equal(last, target.address) ? add_truth(reader, SCORE_TARGET, target, visible)
                                                          : 0;
}

static int add_line(const struct truth_reader *reader, const json_t *line)
{
    static const struct {
        const char *kind;
        int (*add)(const struct truth_reader *reader, const json_t *line);
    } kinds[] = {
        {"route", add_route}, {"target", add_target}, {"interface", add_interface},
        {"link", add_link},   {"router", add_router},
    };
    const char *kind = json_string_value(json_object_get(line, "kind"));

    for (size_t i = 0; kind && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].add(reader, line);
    return error_text_set(reader->error, -EINVAL,
                          "key 'kind' is not route, target, interface, link or router");
}

static int parse_line(const struct truth_reader *reader, const char *text, size_t length)
{
    json_error_t json_error;
    json_t *line = json_loadb(text, length, 0, &json_error);
    int result;

    if (!line)
        return error_text_set(reader->error, -EINVAL, "not JSON: %s", json_error.text);
    result = add_line(reader, line);
    json_decref(line);
    return result;
}

static int read_lines(struct truth_reader *reader)
{
    const char *text;
    size_t length;
    int result;

    while ((result = line_reader_next(&reader->lines, &text, &length)) == 1) {
        result = parse_line(reader, text, length);
        if (result)
            return result;
    }
    if (result < 0)
        return error_text_set(reader->error, result, "the lines after it cannot be read: %s",
                              line_reader_strerror(result));
    if (reader->lines.unfinished)
        return error_text_set(reader->error, -EINVAL,
                              "the line after it has no newline at its end: the truth is incomplete");
    return 0;
}

int score_read_truth(struct score *score, const char *path, struct error_text *error)
{
    struct truth_reader reader = {
        .score = score, .path = strcmp(path, "-") == 0 ? "stdin" : path, .error = error};
    int result = line_reader_open(&reader.lines, path);

    if (result)
        return error_text_set(error, result, "%s: cannot be opened: %s", path, line_reader_strerror(result));
    result = read_lines(&reader);
    if (result)
        error_text_prefix(error, "%s: line %" PRIu64 ": ", reader.path, reader.lines.line);
    line_reader_close(&reader.lines);
    return result;
}
