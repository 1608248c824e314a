// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "output/object_parse.h"
#include "output/results_line.h"

static struct span string_span(const json_t *string)
{
    return (struct span){json_string_value(string), json_string_length(string)};
}

static bool parse_number(const struct record_column *column, const json_t *value, struct record *record)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           column_store(column, (uint64_t)json_integer_value(value), record);
}

static bool parse_address(const struct record_column *column, const json_t *value, struct record *record)
{
    struct address address;

    if (!json_is_string(value) || !column_parse_address(string_span(value), &address))
        return false;
    column_store_address(column, address, record);
    return true;
}

static bool add_label(const json_t *value, struct record *record)
{
    return json_is_string(value) && column_add_label(string_span(value), record);
}

static bool add_flag(const json_t *value, struct record *record)
{
    return json_is_string(value) && column_add_flag(string_span(value), record);
}

static bool parse_list(const json_t *value, struct record *record,
                       bool (*add)(const json_t *item, struct record *record))
{
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!add(json_array_get(value, i), record))
            return false;
    return json_is_array(value);
}

static bool parse_value(const struct record_column *column, const json_t *value, struct record *record)
{
    switch (column->kind) {
    case COLUMN_NUMBER:
        return parse_number(column, value, record);
    case COLUMN_KNOWN:
        return json_is_null(value) ? column_store(column, column->unknown, record)
                                   : parse_number(column, value, record);
    case COLUMN_ADDRESS:
        return parse_address(column, value, record);
    case COLUMN_MPLS:
        return parse_list(value, record, add_label);
    case COLUMN_FLAGS:
        return parse_list(value, record, add_flag);
    case COLUMN_INTERFACES:
        return parse_list(value, record, object_add_interface_json);
    case COLUMN_EXTENSIONS:
        return parse_list(value, record, object_add_extension_json);
    }
    return false;
}

static int refuse_value(struct error_text *error, const struct record_column *column, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct span span = {text ? text : "", text ? strlen(text) : 0};

    int code = results_line_value(error, column, span);
    free(text);
    return code;
}

static int parse_object(const json_t *object, const struct results_columns *columns, struct record *record,
                        struct error_text *error)
{
    if (!json_is_object(object))
        return error_text_set(error, -EINVAL, "is not a JSON object");
    for (int i = 0; i < RECORD_COLUMNS; i++) {
        const struct record_column *column = &record_columns[i];
        const json_t *value = json_object_get(object, column->name);

        if (!value && column_list_has(&columns->needed, column))
            return error_text_set(error, -EINVAL, "key '%s' is missing", column->name);
        if (value && !parse_value(column, value, record))
            return refuse_value(error, column, value);
    }
    return 0;
}

int results_line_jsonl(struct span line, const struct results_columns *columns, struct record *record,
                       struct error_text *error)
{
    if (results_line_plain_jsonl(line, columns, record))
        return 0;

    json_error_t json_error;
    json_t *object = json_loadb(line.text, line.length, 0, &json_error);
    int code;

    *record = column_empty_record();
    if (!object)
        return error_text_set(error, -EINVAL, "is not JSON: %s", json_error.text);
    code = parse_object(object, columns, record, error);
    json_decref(object);
    return code;
}

void results_header_jsonl(struct span line, struct results_columns *columns)
{
    json_t *object = json_loadb(line.text, line.length, 0, NULL), *value;
    const char *key;

    json_object_foreach(object, key, value)
    {
        const struct record_column *column = column_find((struct span){key, strlen(key)});

        if (column)
            columns->present[columns->count++] = column;
    }
    json_decref(object);
}
