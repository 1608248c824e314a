// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/version.h"
#include "receive/pcapng_file.h"
#include "survey/parts.h"
#include "xdp/rejected_frames.h"

enum {
    MAGIC = 4, /* bytes that identify the type of a file */
};

_Static_assert((int)CAPTURE_INTERFACES_MAX == (int)ENTRANCES_MAX, "every entrance is an interface");

static int say_error(const struct survey *survey, const char *what, int error, int result)
{
    log_error("survey: --capture: cannot %s %s: %s", what, survey->config->capture.path, strerror(-error));
    return result;
}

static int open_path(struct survey *survey)
{
    const struct survey_config *config = survey->config;
    struct capture_file *file = &survey->capture;
    bool overwrite = config->capture.overwrite || config->capture.goes_on;

    file->fd = output_file_open(config->capture.path, CAPTURE_FILE_MODE, overwrite, &file->created);
    if (file->fd >= 0)
        return EXIT_DONE;
    return file->fd == -EINTR ? EXIT_UNUSABLE : say_error(survey, "write", file->fd, EXIT_UNUSABLE);
}

static int open_feeds(struct survey *survey, struct capture_writer_config *writer)
{
    int error = 0;

    if (!survey->config->capture.rejected)
        return 0;
    for (unsigned i = 0; !error && i < survey->entrance_count; i++) {
        writer->feeds[i].interface = (uint16_t)i;
        error = rejected_frames_open(&survey->capture.rejected[i], survey->entrances[i].filter,
                                     &writer->feeds[i]);
    }
    writer->feed_count = survey->entrance_count;
    return error;
}

static int name_interfaces(struct survey *survey, struct capture_writer_config *writer)
{
    uint16_t *next = calloc(survey->source_count, sizeof(*next));

    survey->capture.interfaces = next;
    if (!next)
        return -ENOMEM;
    writer->interface_count = survey->entrance_count;
    for (unsigned i = 0; i < survey->entrance_count; i++) {
        writer->interfaces[i] = survey->entrances[i].link.name;
        for (unsigned k = 0; k < survey->entrances[i].source_count; k++)
            *next++ = (uint16_t)i;
    }
    return 0;
}

/* Finds the end of the last whole packet; 0 where the file is no capture. */
static int measure(const char *path, uint64_t *whole)
{
    struct pcapng_file file = {0};
    struct capture_bytes bytes;
    struct captured_frame frame;
    struct error_text reason;
    int fd = open(path, O_RDONLY | O_CLOEXEC), result = 1;

    *whole = 0;
    if (fd < 0)
        return -errno;
    int error = capture_bytes_begin(&bytes, fd);
    while (!error && result == 1) {
        *whole = bytes.passed;
        result = pcapng_file_next(&file, &bytes, &frame, &reason);
    }
    if (!error && result == 0)
        *whole = bytes.passed;
    pcapng_file_end(&file);
    capture_bytes_end(&bytes);
    return error;
}

static bool goes_on(const struct survey *survey)
{
    return survey->config->capture.goes_on && !survey->capture.created &&
           output_file_state(survey->config->capture.path) == OUTPUT_FILE_FULL;
}

/* The content of the file stays, so it must be a capture: not text, and not a compressed one. */
static int check_there(const struct survey *survey)
{
    const char *path = survey->config->capture.path;
    uint8_t magic[MAGIC];

    if (!goes_on(survey))
        return EXIT_DONE;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_capture = fd >= 0 && read(fd, magic, MAGIC) == MAGIC && pcapng_file_is(magic);

    if (fd >= 0)
        close(fd);
    if (is_capture)
        return EXIT_DONE;
    log_error("survey: --capture: '%s' is not a pcapng file to which packets can be added: give another name",
              path);
    return EXIT_UNUSABLE;
}

int capture_file_open(struct survey *survey)
{
    struct utsname system;
    struct capture_writer_config writer = {
        .producers = survey->receiver_count,
        .limit = survey->config->capture.limit,
        .clock = survey->clock,
    };
    int result = survey->config->capture.path ? open_path(survey) : EXIT_DONE;

    if (result || !survey->config->capture.path)
        return result;
    if (check_there(survey))
        return EXIT_UNUSABLE;
    uname(&system);
    snprintf(writer.program, sizeof(writer.program), "hopwire %s", hopwire_version());
    snprintf(writer.system, sizeof(writer.system), "Linux %.70s", system.release);
    writer.fd = survey->capture.fd;
    placement_of_writer(&survey->placement, &writer.cpus);
    int error = goes_on(survey) ? measure(survey->config->capture.path, &writer.there) : 0;
    if (!error)
        error = name_interfaces(survey, &writer);
    if (!error)
        error = open_feeds(survey, &writer);
    if (!error)
        error = capture_writer_start(&survey->capture.writer, &writer);
    return error ? say_error(survey, "capture into", error, EXIT_FAILED) : EXIT_DONE;
}

static int cut_to(int fd, uint64_t length)
{
    if (ftruncate(fd, (off_t)length) || lseek(fd, (off_t)length, SEEK_SET) < 0)
        return -errno;
    return 0;
}

int capture_file_begin(struct survey *survey)
{
    struct capture_file *file = &survey->capture;
    uint64_t there = 0;

    if (!file->writer)
        return EXIT_DONE;
    int error = goes_on(survey) ? measure(survey->config->capture.path, &there) : 0;
    if (!error)
        error = there ? cut_to(file->fd, there) : output_file_empty(file->fd);
    if (error)
        return say_error(survey, "write", error, EXIT_FAILED);
    file->created = false;
    capture_writer_begin(file->writer);
    return EXIT_DONE;
}

static struct pcapng_statistics statistics_of(const struct survey *survey, const struct entrance *entrance)
{
    struct ledger ledger = {0};

    survey_entrance_ledger(survey, entrance, &ledger);
    uint64_t lost = ledger.ring_full + ledger.fill_empty + ledger.rx_dropped + ledger.redirect_failed;
    return (struct pcapng_statistics){
        .start_ns = clock_to_realtime_ns(&survey->clock, survey->started_ns),
        .end_ns = clock_to_realtime_ns(&survey->clock, clock_now_ns()),
        .received = ledger.arrived,
        .dropped_by_interface = ledger.device_dropped,
        .filter_accepted = ledger.redirected,
        .dropped_by_system = lost,
        .delivered = ledger.redirected - lost,
    };
}

void capture_file_finish(struct survey *survey)
{
    struct pcapng_statistics statistics[CAPTURE_INTERFACES_MAX];

    if (!survey->capture.writer)
        return;
    for (unsigned i = 0; i < survey->entrance_count; i++)
        statistics[i] = statistics_of(survey, &survey->entrances[i]);
    capture_writer_finish(survey->capture.writer, statistics);
}

bool capture_file_finished(const struct survey *survey)
{
    return !survey->capture.writer || capture_writer_finished(survey->capture.writer);
}

void capture_file_abandon(struct survey *survey)
{
    if (survey->capture.writer)
        capture_writer_abandon(survey->capture.writer);
}

/* The filter has counted the frames that it could not report. */
static uint64_t count_untold(const struct survey *survey)
{
    struct filter_counters counters;
    uint64_t untold = 0;

    for (unsigned i = 0; i < survey->entrance_count; i++)
        if (!xdp_filter_counters(survey->entrances[i].filter, &counters))
            untold += counters.count[FILTER_UNTOLD];
    return untold;
}

void capture_file_count(const struct survey *survey, struct ledger *ledger)
{
    if (!survey->capture.writer)
        return;

    struct capture_totals totals = capture_writer_totals(survey->capture.writer);
    ledger->to_capture = ledger->decoded;
    if (survey->config->capture.rejected)
        ledger->to_capture += ledger_rejected_filter(ledger);
    ledger->captured = totals.captured;
    ledger->capture_past_limit = totals.past_limit;
    ledger->capture_dropped = totals.dropped + count_untold(survey);
}

bool capture_file_tell(const struct survey *survey)
{
    struct capture_totals totals = {0};
    char number[NUMBER_TEXT_SIZE];

    if (survey->capture.writer)
        totals = capture_writer_totals(survey->capture.writer);
    if (totals.past_limit)
        log_warning("--capture: %s packet%s not in %s, which has reached --capture-limit",
                    number_group(totals.past_limit, number), plural_form(totals.past_limit, " is", "s are"),
                    survey->config->capture.path);
    if (totals.error == -ECANCELED)
        log_warning("--capture: the capture ended early because its reader did not read all of it");
    else if (totals.error)
        say_error(survey, "write", totals.error, EXIT_FAILED);
    return totals.error && totals.error != -ECANCELED;
}

void capture_file_close(struct survey *survey)
{
    struct capture_file *file = &survey->capture;

    capture_writer_destroy(file->writer);
    for (unsigned i = 0; i < CAPTURE_INTERFACES_MAX; i++)
        rejected_frames_close(file->rejected[i]);
    free(file->interfaces);
    if (file->created)
        unlink(survey->config->capture.path);
    if (file->fd >= 0)
        close(file->fd);
    *file = (struct capture_file){.fd = -1};
}
