// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/format.h"

#include <string.h>

static const struct output_format *const formats[] = {
    &output_csv,
    &output_jsonl,
};

enum {
    FORMATS = sizeof(formats) / sizeof(formats[0]),
};

const struct output_format *output_format_find(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const struct output_format *output_format_for_path(const char *path)
{
    size_t length = strlen(path);

    for (int i = 0; i < FORMATS; i++) {
        size_t suffix = strlen(formats[i]->extension);

        if (length >= suffix && strcmp(path + length - suffix, formats[i]->extension) == 0)
            return formats[i];
    }
    return NULL;
}

const char *output_format_names(void)
{
    return "csv, jsonl";
}
