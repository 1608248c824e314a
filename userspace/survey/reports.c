// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/reports.h"

#include <string.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "survey/metrics.h"
#include "survey/record_metadata.h"

enum {
    METRICS_INTERVAL_S = 1,
    /* The time whose account a kill may lose. Shorter, and a disk is kept busy for days. */
    METADATA_INTERVAL_S = 10,
};

int reports_open(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct reports *reports = &survey->reports;

    reports->renewal = (struct metadata_renewal){.path = config->metadata_path, .late = survey->late};
    int result = status_file_open(&reports->status_file, config->status_path, config->overwrite_status);
    if (result == EXIT_DONE)
        result = prometheus_outlet_open(&reports->metrics, "survey", &config->prometheus);
    reports->metrics.late = survey->late;
    return result;
}

/* A stream has no old text to replace, and two texts after each other would be no metadata. */
static bool renews_metadata(const struct survey *survey)
{
    const char *path = survey->config->metadata_path;

    return path && output_file_state(path) != OUTPUT_FILE_STREAM;
}

int reports_begin(struct survey *survey)
{
    struct reports *reports = &survey->reports;
    int error = status_file_begin(&reports->status_file);
    uint64_t now = clock_now_ns();

    reports->status_file.due_ns = now + NS_PER_S;
    reports->metrics_due_ns = prometheus_outlet_wanted(&reports->metrics) ? now : UINT64_MAX;
    reports->metadata_due_ns = renews_metadata(survey) ? now + METADATA_INTERVAL_S * NS_PER_S : UINT64_MAX;
    if (error)
        log_error("survey: --status-file: cannot write %s: %s", survey->config->status_path,
                  strerror(-error));
    return error ? EXIT_FAILED : prometheus_outlet_serve(&reports->metrics);
}

void reports_close(struct survey *survey)
{
    metadata_renewal_end(&survey->reports.renewal);
    prometheus_outlet_close(&survey->reports.metrics);
    status_file_close(&survey->reports.status_file);
}

static unsigned active_senders(const struct survey *survey)
{
    unsigned active = 0;

    for (unsigned i = 0; i < survey->sender_count; i++)
        active += atomic_load(&survey->senders[i].ended_ns) == 0;
    return active;
}

static void write_status(struct survey *survey, const struct survey_status *status, bool done, uint64_t now)
{
    struct status_line line = {
        .status = status,
        .real_time = (time_t)(clock_read_ns(CLOCK_REALTIME) / NS_PER_S),
        .elapsed = (double)(now - survey->started_ns) / (double)NS_PER_S,
        .active = active_senders(survey),
        .done = done,
    };

    status_file_write(&survey->reports.status_file, &line, now);
}

static void publish(struct survey *survey, const struct survey_status *status)
{
    size_t length = 0;
    char *text = survey_metrics_text(status, &length);

    prometheus_outlet_publish(&survey->reports.metrics, text, length);
}

static void renew_metadata(struct survey *survey, const struct survey_status *status)
{
    size_t length = 0;
    char *text = survey_metadata_so_far(survey, status, &length);

    metadata_renewal_write(&survey->reports.renewal, text, length);
}

void reports_follow(struct survey *survey)
{
    struct reports *reports = &survey->reports;
    struct survey_status status;
    uint64_t now = clock_now_ns();
    bool line = status_file_due(&reports->status_file, now), text = now >= reports->metrics_due_ns,
         metadata = now >= reports->metadata_due_ns && metadata_renewal_ready(&reports->renewal);

    if (!line && !text && !metadata)
        return;
    survey_status(survey, &status);
    if (line)
        write_status(survey, &status, false, now);
    if (text) {
        publish(survey, &status);
        reports->metrics_due_ns = now + METRICS_INTERVAL_S * NS_PER_S;
    }
    if (metadata) {
        renew_metadata(survey, &status);
        reports->metadata_due_ns = now + METADATA_INTERVAL_S * NS_PER_S;
    }
}

void reports_hasten(struct survey *survey)
{
    if (survey->reports.metadata_due_ns != UINT64_MAX)
        survey->reports.metadata_due_ns = 0;
}

void reports_end(struct survey *survey, const struct survey_status *status, bool done)
{
    metadata_renewal_end(&survey->reports.renewal);
    if (survey->reports.status_file.path)
        write_status(survey, status, done, clock_now_ns());
    if (prometheus_outlet_wanted(&survey->reports.metrics))
        publish(survey, status);
}
