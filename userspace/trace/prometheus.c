// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/prometheus.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/version.h"
#include "metrics/prometheus_text.h"
#include "trace/prometheus_metric.h"

enum {
    VALUE_SIZE = 1 + NUMBER_DIGITS_MAX + 7 + 1, /* a blank, a number, ".123456" and a newline */
};

/* The labels of a target, the same for each metric. A target without a text is not reported. */
struct labels {
    char *text;
    size_t length;
};

struct prometheus {
    const struct prometheus_target *targets;
    size_t count;
    struct labels *labels;
};

/* In a label's value backslash and quote are escaped. A printable text has no newlines. */
static void put_escaped(const char *text, FILE *out)
{
    char *printable = printable_copy(text);

    for (const char *p = printable; p && *p; p++) {
        if (*p == '\\' || *p == '"')
            fputc('\\', out);
        fputc(*p, out);
    }
    free(printable);
}

static bool make_label(const struct watched_target *target, struct labels *labels)
{
    char address[ADDRESS_TEXT_SIZE];
    FILE *out = open_memstream(&labels->text, &labels->length);

    if (!out)
        return false;
    address_format(target->address, address);
    fprintf(out, "{target=\"%s\",name=\"", address);
    put_escaped(target->name, out);
    fprintf(out, "\",flow=\"%u\"}", target->flow);
    return fclose(out) == 0;
}

static int compare_labels(const void *a, const void *b)
{
    const struct labels *const *left = a, *const *right = b;

    return strcmp((*left)->text, (*right)->text);
}

/* Of targets with the same labels, only one keeps them. */
static bool drop_repeated(struct prometheus *prometheus)
{
    struct labels **sorted = calloc(prometheus->count + 1, sizeof(*sorted));

    if (!sorted)
        return false;
    for (size_t i = 0; i < prometheus->count; i++)
        sorted[i] = &prometheus->labels[i];
    qsort(sorted, prometheus->count, sizeof(*sorted), compare_labels);
    for (size_t i = 0; i + 1 < prometheus->count; i++)
        if (compare_labels(&sorted[i], &sorted[i + 1]) == 0) {
            free(sorted[i]->text);
            *sorted[i] = (struct labels){0};
        }
    free(sorted);
    return true;
}

static bool make_labels(struct prometheus *prometheus)
{
    prometheus->labels = calloc(prometheus->count + 1, sizeof(*prometheus->labels));
    if (!prometheus->labels)
        return false;
    for (size_t i = 0; i < prometheus->count; i++)
        if (!make_label(&prometheus->targets[i].target, &prometheus->labels[i]))
            return false;
    return drop_repeated(prometheus);
}

struct prometheus *prometheus_create(const struct prometheus_target *targets, size_t count)
{
    struct prometheus *prometheus = calloc(1, sizeof(*prometheus));

    if (!prometheus)
        return NULL;
    prometheus->targets = targets;
    prometheus->count = count;
    if (make_labels(prometheus))
        return prometheus;
    prometheus_destroy(prometheus);
    return NULL;
}

static char *put_value(char *p, uint64_t value, bool is_time)
{
    char digits[NUMBER_DIGITS_MAX];

    if (!is_time)
        return number_put(p, value);
    p = number_put(p, value / US_PER_S);
    /* Adding one second puts a 1 before the digits, so that leading zeroes are kept. The 1 is not copied. */
    number_put(digits, US_PER_S + value % US_PER_S);
    *p++ = '.';
    return mempcpy(p, digits + 1, 6);
}

/* The samples of one metric follow each other, after its head. */
static char *put_metric(const struct prometheus *prometheus, const struct metric *metric, char *p)
{
    if (metric->type)
        p += sprintf(p, PROMETHEUS_HEAD, metric->name, metric->help, metric->name, metric->type);
    for (size_t i = 0; i < prometheus->count; i++) {
        const struct labels *labels = &prometheus->labels[i];
        struct sample sample = metric->take(prometheus->targets[i].counters);

        if (!sample.known || !labels->text)
            continue;
        p = stpcpy(stpcpy(p, metric->name), metric->suffix);
        p = mempcpy(p, labels->text, labels->length);
        *p++ = ' ';
        p = put_value(p, sample.value, metric->is_time);
        *p++ = '\n';
    }
    return p;
}

/* Returns an upper bound of the text's length. */
static size_t room_for(const struct prometheus *prometheus)
{
    size_t room = sizeof(PROMETHEUS_BUILD_INFO) + strlen(hopwire_version()), labels = 0, count = 0;

    for (size_t i = 0; i < prometheus->count; i++) {
        count += prometheus->labels[i].text != NULL;
        labels += prometheus->labels[i].length;
    }
    for (size_t i = 0; i < prometheus_metric_count; i++) {
        const struct metric *metric = &prometheus_metrics[i];

        if (metric->type)
            room += sizeof(PROMETHEUS_HEAD) + 2 * strlen(metric->name) + strlen(metric->help) +
                    strlen(metric->type);
        room += labels + count * (strlen(metric->name) + strlen(metric->suffix) + VALUE_SIZE);
    }
    return room;
}

/* Does not use stdio, because the probing thread writes this: the text of ten thousand targets has nine
 * megabytes. */
char *prometheus_text(const struct prometheus *prometheus, size_t *length)
{
    char *text = malloc(room_for(prometheus));
    char *p = text;

    if (!text)
        return NULL;
    p += sprintf(p, PROMETHEUS_BUILD_INFO, hopwire_version());
    for (size_t i = 0; i < prometheus_metric_count; i++)
        p = put_metric(prometheus, &prometheus_metrics[i], p);
    *p = '\0';
    *length = (size_t)(p - text);
    return text;
}

void prometheus_destroy(struct prometheus *prometheus)
{
    if (!prometheus)
        return;
    for (size_t i = 0; prometheus->labels && i < prometheus->count; i++)
        free(prometheus->labels[i].text);
    free(prometheus->labels);
    free(prometheus);
}
