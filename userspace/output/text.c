// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/text.h"

#include "output/label.h"
#include "output/object_text.h"

#include <string.h>

static char *put_label(char *p, uint32_t entry)
{
    struct label label = label_of(entry);

    p = number_put(p, label.value);
    *p++ = ':';
    p = number_put(p, label.tc);
    *p++ = ':';
    p = number_put(p, label.bottom);
    *p++ = ':';
    return number_put(p, label.ttl);
}

char *text_put_labels(char *p, const struct record *record, char separator, const char *quote)
{
    for (unsigned i = 0; i < record->label_count; i++) {
        if (i)
            *p++ = separator;
        p = stpcpy(p, quote);
        p = put_label(p, record->labels[i]);
        p = stpcpy(p, quote);
    }
    return p;
}

char *text_put_flags(char *p, unsigned flags, char separator, const char *quote)
{
    while (flags) {
        p = stpcpy(p, quote);
        p = stpcpy(p, record_flag_names[__builtin_ctz(flags)]);
        p = stpcpy(p, quote);
        flags &= flags - 1;
        if (flags)
            *p++ = separator;
    }
    return p;
}

char *text_put_list(char *p, const struct record_column *column, const struct record *record)
{
    switch (column->kind) {
    case COLUMN_MPLS:
        return text_put_labels(p, record, ';', "");
    case COLUMN_FLAGS:
        return text_put_flags(p, record->flags, ';', "");
    case COLUMN_INTERFACES:
        return object_put_interfaces_csv(p, record);
    case COLUMN_EXTENSIONS:
        return object_put_extensions_csv(p, record);
    case COLUMN_ADDRESS:
    case COLUMN_NUMBER:
    case COLUMN_KNOWN:
        break;
    }
    return p;
}
