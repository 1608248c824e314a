// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/packing.h"

static const struct output_format *const formats[] = {
    &output_csv, &output_jsonl, &output_parquet, &output_warts, &output_yrp,
};

enum {
    FORMATS = sizeof(formats) / sizeof(formats[0]),
};

int encoder_open(struct encoder **out, const struct output_format *format, const struct column_list *columns,
                 struct byte_sink *sink)
{
    struct encoder *encoder = calloc(1, format->size);

    *out = NULL;
    if (!encoder)
        return -ENOMEM;
    *encoder = (struct encoder){
        .format = format,
        .sink = sink,
        .columns = columns ? *columns : column_list_default(),
        .memory = FORMAT_MEMORY,
    };
    int error = format->open ? format->open(encoder) : 0;

    if (error)
        encoder_close(encoder);
    else
        *out = encoder;
    return error;
}

void encoder_close(struct encoder *encoder)
{
    if (encoder && encoder->format->close)
        encoder->format->close(encoder);
    free(encoder);
}

void encoder_begin(struct encoder *encoder, const struct survey_metadata *metadata)
{
    encoder->began = encoder->sink->given;
    if (encoder->format->begin)
        encoder->format->begin(encoder, metadata);
}

int encoder_continue(struct encoder *encoder, int fd, uint64_t position)
{
    encoder->began = encoder->sink->given - position;
    return encoder->format->resume ? encoder->format->resume(encoder, fd, position) : 0;
}

void encoder_flush(struct encoder *encoder)
{
    if (encoder->held && encoder->format->flush)
        encoder->format->flush(encoder);
}

void encoder_finish(struct encoder *encoder)
{
    if (encoder->format->finish)
        encoder->format->finish(encoder);
}

const struct output_format *output_format_find(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const struct output_format *output_format_for_path(const char *path)
{
    size_t length;

    packing_of_path(path, &length);
    for (int i = 0; i < FORMATS; i++) {
        size_t suffix = strlen(formats[i]->extension);

        if (length >= suffix && strncmp(path + length - suffix, formats[i]->extension, suffix) == 0)
            return formats[i];
    }
    return NULL;
}

bool output_format_choices(size_t position, struct choice *out)
{
    if (position < FORMATS)
        *out = (struct choice){.name = formats[position]->name};
    return position < FORMATS;
}

bool output_format_extensions(size_t position, struct choice *out)
{
    if (position < FORMATS)
        *out = (struct choice){.name = formats[position]->extension};
    return position < FORMATS;
}
