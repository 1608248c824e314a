// SPDX-License-Identifier: GPL-2.0-or-later
/* A strict reader of Prometheus' text format, version 0.0.4, for what the program writes in it. */
#pragma once

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROMETHEUS_METRICS = 32,
    PROMETHEUS_SAMPLES = 4096,
};

struct prometheus_parsed {
    unsigned metrics, samples;
    struct {
        char name[64], type[16];
    } metric[PROMETHEUS_METRICS];
    char *sample[PROMETHEUS_SAMPLES]; /* name and labels, in a copy of the text */
    double value[PROMETHEUS_SAMPLES];
    char *text;
};

static inline size_t metric_name_length(const char *p)
{
    size_t length = 0;

    while (isalpha((unsigned char)p[length]) || strchr("_:", p[length]) ||
           (length && isdigit((unsigned char)p[length]))) {
        if (!p[length])
            break;
        length++;
    }
    return length;
}

/* Returns the place after `{a="…",b="…"}`. */
static inline char *parse_labels(char *p)
{
    do {
        size_t length = metric_name_length(++p);

        cr_assert_gt(length, 0, "no name of a label: %s", p);
        cr_assert_null(memchr(p, ':', length), "a colon in the name of a label");
        p += length;
        cr_assert(p[0] == '=' && p[1] == '"', "no value of a label: %s", p);
        for (p += 2; *p != '"'; p++) {
            cr_assert(*p, "the value of a label does not end");
            if (*p == '\\')
                cr_assert(strchr("\\\"n", *++p) && *p, "no such escape");
        }
        p++;
    } while (*p == ',');
    cr_assert_eq(*p, '}', "labels do not end: %s", p);
    return p + 1;
}

static inline void parse_head(struct prometheus_parsed *parsed, char *line, char *type_line)
{
    char help_name[64], name[64], type[16];
    unsigned n = parsed->metrics++;
    int end = 0;

    cr_assert_lt(n, PROMETHEUS_METRICS);
    cr_assert_eq(sscanf(line, "# HELP %63s %n", help_name, &end), 1, "%s", line);
    cr_assert(end && line[end], "no help: %s", line);
    cr_assert(type_line && sscanf(type_line, "# TYPE %63s %15s%n", name, type, &end) == 2, "%s", line);
    cr_assert_eq(type_line[end], '\0');
    cr_assert_str_eq(name, help_name);
    cr_assert_eq(metric_name_length(name), strlen(name));
    cr_assert(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0 || strcmp(type, "summary") == 0);
    cr_assert_eq(strcmp(type, "counter") == 0, strstr(name, "_total") != NULL, "%s is a %s", name, type);
    for (unsigned i = 0; i < n; i++)
        cr_assert_str_neq(parsed->metric[i].name, name, "a metric comes twice");
    strcpy(parsed->metric[n].name, name);
    strcpy(parsed->metric[n].type, type);
}

static inline void parse_sample(struct prometheus_parsed *parsed, char *line)
{
    unsigned n = parsed->samples++;
    size_t length = metric_name_length(line), metric_length;
    char *p = line + length, *end;

    cr_assert(n < PROMETHEUS_SAMPLES && length && parsed->metrics);
    metric_length = strlen(parsed->metric[parsed->metrics - 1].name);
    cr_assert_eq(strncmp(line, parsed->metric[parsed->metrics - 1].name, metric_length), 0,
                 "not of the metric above: %s", line);
    if (strcmp(parsed->metric[parsed->metrics - 1].type, "summary") == 0)
        cr_assert(strncmp(line + metric_length, "_sum{", 5) == 0 ||
                  strncmp(line + metric_length, "_count{", 7) == 0);
    else
        cr_assert_eq(length, metric_length);
    if (*p == '{')
        p = parse_labels(p);
    cr_assert_eq(*p, ' ', "no blank before the value: %s", p);
    *p++ = '\0';
    parsed->sample[n] = line;
    parsed->value[n] = strtod(p, &end);
    cr_assert(end > p && *end == '\0', "not a value: %s", p);
    for (unsigned i = 0; i < n; i++)
        cr_assert_str_neq(parsed->sample[i], line, "a sample comes twice");
}

/* For free(parsed->text). */
static inline void prometheus_parse(struct prometheus_parsed *parsed, const char *text)
{
    char *rest, *line;

    *parsed = (struct prometheus_parsed){.text = strdup(text)};
    cr_assert(*text && text[strlen(text) - 1] == '\n', "the last line does not end");
    for (rest = parsed->text; (line = strsep(&rest, "\n")) && rest;) {
        if (*line == '#')
            parse_head(parsed, line, strsep(&rest, "\n"));
        else
            parse_sample(parsed, line);
    }
}

/* -1 if there is no such sample. */
static inline double prometheus_value(const struct prometheus_parsed *parsed, const char *sample)
{
    for (unsigned i = 0; i < parsed->samples; i++)
        if (strcmp(parsed->sample[i], sample) == 0)
            return parsed->value[i];
    return -1;
}
