// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/object_text.h"

#include <string.h>

#include "bytes.h"
#include "output/text.h"
#include "packet/interface_info.h"
#include "protocol.h"

/* An object; only `length` bytes of it may be there. */
struct object {
    const uint8_t *bytes;
    size_t length;
};

/* Finds the next object that is, or is not, one of an interface; returns false if there is none. An
 * incomplete header is not shown. */
static bool next_object(struct object *rest, bool interface, struct object *object)
{
    while (rest->length >= ICMP_OBJECT_HEADER) {
        size_t length = load_be16(rest->bytes);

        if (length < ICMP_OBJECT_HEADER)
            return false;
        *object = (struct object){rest->bytes, length < rest->length ? length : rest->length};
        rest->bytes += object->length;
        rest->length -= object->length;
        if ((object->bytes[ICMP_OBJECT_CLASS] == ICMP_OBJECT_INTERFACE_CLASS) == interface)
            return true;
    }
    return false;
}

static char *put_hex(char *p, uint8_t byte)
{
    *p++ = "0123456789abcdef"[byte >> 4];
    *p++ = "0123456789abcdef"[byte & 15];
    return p;
}

static char *put_name(char *p, const struct interface_info *info, const char *escaped)
{
    for (unsigned i = 0; i < info->name_length; i++) {
        uint8_t byte = info->name[i];

        if (byte >= ' ' && byte <= '~' && !strchr(escaped, byte)) {
            *p++ = (char)byte;
        } else {
            *p++ = '%';
            p = put_hex(p, byte);
        }
    }
    return p;
}

static char *put_data(char *p, struct object object)
{
    for (size_t i = ICMP_OBJECT_HEADER; i < object.length; i++)
        p = put_hex(p, object.bytes[i]);
    return p;
}

static char *put_interface_csv(char *p, struct object object)
{
    struct interface_info info;

    interface_info_read(object.bytes, object.length, &info);
    p = number_put(p, info.role);
    *p++ = ':';
    p = info.has_index ? number_put(p, info.index) : p;
    *p++ = ':';
    p = info.has_address ? text_put_address(p, info.address) : p;
    *p++ = ':';
    p = put_name(p, &info, "%\"\\,;:");
    *p++ = ':';
    return info.has_mtu ? number_put(p, info.mtu) : p;
}

static char *put_extension_csv(char *p, struct object object)
{
    p = number_put(p, object.bytes[ICMP_OBJECT_CLASS]);
    *p++ = '/';
    p = number_put(p, object.bytes[ICMP_OBJECT_TYPE]);
    *p++ = ':';
    return put_data(p, object);
}

static char *put_interface_text(char *p, struct object object)
{
    static const char roles[][4] = {"INC", "SUB", "OUT", "NXT"};
    struct interface_info info;

    interface_info_read(object.bytes, object.length, &info);
    p = stpcpy(stpcpy(p, roles[info.role]), ":");
    p = info.has_index ? number_put(p, info.index) : p;
    *p++ = ',';
    p = info.has_address ? text_put_address(p, info.address) : p;
    *p++ = ',';
    if (info.name_length)
        p = stpcpy(put_name(stpcpy(p, "\""), &info, "%\"\\"), "\"");
    *p++ = ',';
    return info.has_mtu ? number_put(stpcpy(p, "mtu="), info.mtu) : p;
}

static char *put_number_or_null(char *p, bool known, uint32_t number)
{
    return known ? number_put(p, number) : stpcpy(p, "null");
}

static char *put_address_or_null(char *p, const struct interface_info *info)
{
    if (!info->has_address)
        return stpcpy(p, "null");
    *p++ = '"';
    p = text_put_address(p, info->address);
    *p++ = '"';
    return p;
}

static char *put_name_or_null(char *p, const struct interface_info *info)
{
    if (!info->name_length)
        return stpcpy(p, "null");
    *p++ = '"';
    p = put_name(p, info, "%\"\\");
    *p++ = '"';
    return p;
}

static char *put_interface_json(char *p, struct object object)
{
    struct interface_info info;

    interface_info_read(object.bytes, object.length, &info);
    p = number_put(stpcpy(p, "{\"role\":"), info.role);
    p = put_number_or_null(stpcpy(p, ",\"ifindex\":"), info.has_index, info.index);
    p = put_address_or_null(stpcpy(p, ",\"address\":"), &info);
    p = put_name_or_null(stpcpy(p, ",\"name\":"), &info);
    p = put_number_or_null(stpcpy(p, ",\"mtu\":"), info.has_mtu, info.mtu);
    return stpcpy(p, "}");
}

static char *put_extension_json(char *p, struct object object)
{
    p = number_put(stpcpy(p, "{\"class\":"), object.bytes[ICMP_OBJECT_CLASS]);
    p = number_put(stpcpy(p, ",\"type\":"), object.bytes[ICMP_OBJECT_TYPE]);
    p = put_data(stpcpy(p, ",\"data\":\""), object);
    return stpcpy(p, "\"}");
}

static char *put_objects(char *p, const struct record *record, bool interface, char separator,
                         char *(*put)(char *p, struct object object))
{
    struct object rest = {record_objects(record), record->objects_length}, object;

    for (bool first = true; next_object(&rest, interface, &object); first = false) {
        if (!first)
            *p++ = separator;
        p = put(p, object);
    }
    return p;
}

char *object_put_text(char *p, const struct record *record)
{
    const char *begin = p;

    p = put_objects(p, record, true, '/', put_interface_text);
    char *others = p > begin ? p + 1 : p;
    char *end = put_objects(others, record, false, '/', put_extension_csv);
    if (end == others)
        return p;
    if (others > p)
        *p = '/';
    return end;
}

char *object_put_interfaces_csv(char *p, const struct record *record)
{
    return put_objects(p, record, true, ';', put_interface_csv);
}

char *object_put_interfaces_json(char *p, const struct record *record)
{
    return put_objects(p, record, true, ',', put_interface_json);
}

char *object_put_extensions_csv(char *p, const struct record *record)
{
    return put_objects(p, record, false, ';', put_extension_csv);
}

char *object_put_extensions_json(char *p, const struct record *record)
{
    return put_objects(p, record, false, ',', put_extension_json);
}
