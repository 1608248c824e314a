// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/object_parse.h"

#include <string.h>

#include "bytes.h"
#include "packet/interface_info.h"
#include "protocol.h"

/* An interface with the bytes of its name. */
struct named_interface {
    struct interface_info info;
    uint8_t name[INTERFACE_NAME_MAX];
};

static bool append(struct record *record, const uint8_t *object, size_t length)
{
    size_t used = record->label_count * sizeof(record->labels[0]) + record->objects_length;

    if (length > sizeof(record->extension) - used)
        return false;
    memcpy(record->extension + used, object, length);
    record->objects_length = (uint8_t)(record->objects_length + length);
    return true;
}

static bool append_interface(struct record *record, const struct interface_info *info)
{
    uint8_t object[INTERFACE_OBJECT_MAX];

    return append(record, object, interface_info_write(info, object));
}

static bool append_extension(struct record *record, uint64_t class, uint64_t type, const uint8_t *data,
                             size_t length)
{
    uint8_t object[RECORD_EXTENSION_SIZE] = {0};

    if (class > UINT8_MAX || type > UINT8_MAX || class == ICMP_OBJECT_INTERFACE_CLASS)
        return false;
    length += ICMP_OBJECT_HEADER;
    store_be16(object, (uint16_t)length);
    object[ICMP_OBJECT_CLASS] = (uint8_t) class;
    object[ICMP_OBJECT_TYPE] = (uint8_t)type;
    memcpy(object + ICMP_OBJECT_HEADER, data, length - ICMP_OBJECT_HEADER);
    return append(record, object, length);
}

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef", *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Reads two hexadecimal digits. */
static bool take_byte(struct span *text, uint8_t *byte)
{
    int high = text->length >= 2 ? digit_of(text->text[0]) : -1;
    int low = text->length >= 2 ? digit_of(text->text[1]) : -1;

    if (high < 0 || low < 0)
        return false;
    *byte = (uint8_t)(high << 4 | low);
    *text = (struct span){text->text + 2, text->length - 2};
    return true;
}

static bool parse_data(struct span text, uint8_t data[RECORD_EXTENSION_SIZE], size_t *length)
{
    for (*length = 0; text.length && *length < RECORD_EXTENSION_SIZE - ICMP_OBJECT_HEADER; ++*length)
        if (!take_byte(&text, &data[*length]))
            return false;
    return !text.length;
}

static bool take_name_byte(struct span *text, uint8_t *byte)
{
    *byte = (uint8_t)text->text[0];
    *text = (struct span){text->text + 1, text->length - 1};
    return *byte != '%' || take_byte(text, byte);
}

static bool parse_name(struct span text, struct named_interface *out)
{
    uint8_t length = 0;

    while (text.length && length < INTERFACE_NAME_MAX)
        if (!take_name_byte(&text, &out->name[length++]))
            return false;
    out->info.name = out->name;
    out->info.name_length = length;
    return !text.length;
}

static bool is_word(uint64_t number, uint32_t *word)
{
    *word = (uint32_t)number;
    return number <= UINT32_MAX;
}

static bool parse_word(struct span text, bool *known, uint32_t *word)
{
    uint64_t number = 0;

    *known = text.length > 0;
    return (!*known || column_parse_number(text, &number)) && is_word(number, word);
}

static bool set_role(uint64_t role, struct interface_info *info)
{
    info->role = (enum interface_role)role;
    return role <= INTERFACE_NEXT_HOP;
}

/* Cut `rest` at its first `separator`, or at its last. `piece` gets the part before the first, or behind the
 * last; `rest` keeps the other part. */
static bool cut_first(struct span *rest, char separator, struct span *piece)
{
    const char *end = memchr(rest->text, separator, rest->length);

    if (!end)
        return false;
    *piece = (struct span){rest->text, (size_t)(end - rest->text)};
    *rest = (struct span){end + 1, rest->length - piece->length - 1};
    return true;
}

static bool cut_last(struct span *rest, char separator, struct span *piece)
{
    const char *start = memrchr(rest->text, separator, rest->length);

    if (!start)
        return false;
    *piece = (struct span){start + 1, rest->length - (size_t)(start - rest->text) - 1};
    rest->length = (size_t)(start - rest->text);
    return true;
}

/* role:ifindex:address:name:mtu; an IPv6 address contains colons, too. */
bool object_add_interface_csv(struct span text, struct record *record)
{
    struct span rest = text, role_text, index, name, mtu;
    struct named_interface interface = {0};
    struct interface_info *info = &interface.info;
    uint64_t role;

    if (!cut_first(&rest, ':', &role_text) || !cut_first(&rest, ':', &index) || !cut_last(&rest, ':', &mtu) ||
        !cut_last(&rest, ':', &name) || !column_parse_number(role_text, &role) || !set_role(role, info))
        return false;
    info->has_address = rest.length > 0;
    return parse_word(index, &info->has_index, &info->index) &&
           (!info->has_address || column_parse_address(rest, &info->address)) &&
           parse_name(name, &interface) && parse_word(mtu, &info->has_mtu, &info->mtu) &&
           append_interface(record, info);
}

bool object_add_extension_csv(struct span text, struct record *record)
{
    uint8_t data[RECORD_EXTENSION_SIZE];
    struct span rest = text, class_text, type_text;
    uint64_t class, type;
    size_t length;

    return cut_first(&rest, '/', &class_text) && cut_first(&rest, ':', &type_text) &&
           column_parse_number(class_text, &class) && column_parse_number(type_text, &type) &&
           parse_data(rest, data, &length) && append_extension(record, class, type, data, length);
}

static struct span string_span(const json_t *string)
{
    return (struct span){json_string_value(string), json_string_length(string)};
}

static bool read_number(const json_t *value, uint64_t *number)
{
    *number = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool read_word(const json_t *value, bool *known, uint32_t *word)
{
    uint64_t number;

    *known = json_is_integer(value);
    return json_is_null(value) || (read_number(value, &number) && is_word(number, word));
}

static bool read_address(const json_t *value, struct interface_info *info)
{
    info->has_address = json_is_string(value);
    return json_is_null(value) ||
           (info->has_address && column_parse_address(string_span(value), &info->address));
}

static bool read_name(const json_t *value, struct named_interface *out)
{
    return json_is_null(value) || (json_is_string(value) && parse_name(string_span(value), out));
}

bool object_add_interface_json(const json_t *value, struct record *record)
{
    struct named_interface interface = {0};
    struct interface_info *info = &interface.info;
    uint64_t role;

    return read_number(json_object_get(value, "role"), &role) && set_role(role, info) &&
           read_word(json_object_get(value, "ifindex"), &info->has_index, &info->index) &&
           read_address(json_object_get(value, "address"), info) &&
           read_name(json_object_get(value, "name"), &interface) &&
           read_word(json_object_get(value, "mtu"), &info->has_mtu, &info->mtu) &&
           append_interface(record, info);
}

bool object_add_extension_json(const json_t *value, struct record *record)
{
    const json_t *text = json_object_get(value, "data");
    uint8_t data[RECORD_EXTENSION_SIZE];
    uint64_t class, type;
    size_t length;

    return read_number(json_object_get(value, "class"), &class) &&
           read_number(json_object_get(value, "type"), &type) && json_is_string(text) &&
           parse_data(string_span(text), data, &length) &&
           append_extension(record, class, type, data, length);
}
