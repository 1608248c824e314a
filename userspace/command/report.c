// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire report: makes a page from results, for people to read. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/options.h"
#include "base/output_file.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/owner_options.h"
#include "report/data_files.h"
#include "report/numbers_read.h"
#include "report/page.h"
#include "session/refuse.h"

enum {
    OTHER_FILES = 1 + OWNER_FILES, /* files other than results */
};

struct report_options {
    const char *output, *data;
    struct owner_options owners;
    bool overwrite;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct report_options, name)

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", FIELD(option_text, output),
     .help = "the page; - is stdout (default: report.html, or none\nwith --data)"},
    {"data", 0, "DIR", FIELD(option_text, data),
     .help = "write the numbers behind the figures there, as CSV"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite existing files"},
    OWNER_OPTION_SPECS(offsetof(struct report_options, owners)),
    {0},
};

const struct option_table report_option_table = {
    .command = "report",
    .operands = "RESULTS…",
    .summary = "Writes results as one page that needs no other files: what was done, where every packet "
               "went,\nwhat was found when, TTLs, RTTs, maps. Several RESULTS, at most 16, are shown side by "
               "side.\nEach may have its metadata beside it.",
    .specs = specs,
};

struct report {
    const struct report_options *options;
    char **paths;
    size_t count;
    struct numbers *surveys[PAGE_SURVEYS_MAX];
    struct owner_tables owners;
};

static int check_files(const struct report *report)
{
    const struct report_options *options = report->options;
    struct command_file files[OTHER_FILES + PAGE_SURVEYS_MAX] = {
        {"--output", options->output, FILE_WRITTEN},
    };
    struct error_text error;

    owner_options_files(&options->owners, files + 1);
    for (size_t i = 0; i < report->count; i++)
        files[OTHER_FILES + i] = (struct command_file){"RESULTS", report->paths[i], FILE_READ};
    int result = command_files_check("report", files, OTHER_FILES + report->count, options->overwrite);

    if (!result && options->data && data_files_check(options->data, options->overwrite, &error))
        result = command_refuse("report", "--data: %s", error.text);
    for (size_t i = 0; i < report->count && options->data && !result; i++)
        if (data_files_beside(options->data, report->paths[i]))
            result = command_refuse("report", "--data: '%s' is the directory of '%s': give another one",
                                    options->data, report->paths[i]);
    return result;
}

static int fail(const struct error_text *error, int code)
{
    log_error("report: %s", code == -ENOMEM ? "out of memory" : error->text);
    return code == -ENOMEM ? EXIT_FAILED : EXIT_UNUSABLE;
}

static void tell_of(const char *path, const struct numbers *numbers)
{
    struct error_text why;

    if (numbers->unfinished)
        log_warning("report: the end of %s is unfinished and left out: was the survey killed?", path);
    if (numbers->has_metadata &&
        results_match_doubt(&numbers->match, &numbers->metadata, path, numbers->unfinished, &why))
        log_warning("report: %s", why.text);
}

static int read_all(struct report *report)
{
    struct error_text error;
    int code = 0, result = owner_options_read("report", &report->options->owners, &report->owners);

    if (result)
        return result;
    for (size_t i = 0; i < report->count && !code; i++) {
        code = numbers_read(report->paths[i], &report->surveys[i], &error);
        if (!code)
            tell_of(report->paths[i], report->surveys[i]);
    }
    return code ? fail(&error, code) : EXIT_DONE;
}

static int say_write_error(const char *path, int error)
{
    log_error("report: cannot write '%s': %s", path, strerror(-error));
    return EXIT_FAILED;
}

static int put_page(const struct numbers_list *list, struct owners owners, struct replacement *file)
{
    FILE *out = replacement_stream(file);

    if (!out)
        return -errno;
    int error = page_write(list, owners, out);
    bool failed = ferror(out) | fclose(out);

    if (!error && failed)
        error = errno ? -errno : -EIO;
    return error ? error : replacement_commit(file, false);
}

static int write_page(const char *path, const struct numbers_list *list, struct owners owners)
{
    struct replacement file;

    if (strcmp(path, "-") == 0) {
        int error = page_write(list, owners, stdout);

        return error ? say_write_error("stdout", error) : EXIT_DONE;
    }
    int error = replacement_open(&file, path, 0666);
    if (error)
        return say_write_error(path, error);
    error = put_page(list, owners, &file);
    replacement_discard(&file);
    return error ? say_write_error(path, error) : EXIT_DONE;
}

static int write_all(const struct report *report)
{
    const struct numbers_list list = {report->surveys, report->count};
    const struct report_options *options = report->options;
    const struct owners owners = owner_options_asked(&options->owners, &report->owners);
    struct error_text error;

    if (options->data && data_files_write(options->data, options->overwrite, &list, owners, &error)) {
        log_error("report: --data: %s", error.text);
        return EXIT_FAILED;
    }
    return options->output ? write_page(options->output, &list, owners) : EXIT_DONE;
}

static int run(struct report *report)
{
    if (!report->count)
        return command_refuse("report", "needs results (see 'hopwire report --help')");
    if (report->count > PAGE_SURVEYS_MAX)
        return command_refuse(
            "report", "at most %d results are shown side by side: 'hopwire merge' makes one of shards",
            PAGE_SURVEYS_MAX);
    int result = check_files(report);

    if (!result && report->options->output && strcmp(report->options->output, "-") == 0)
        result = command_needs_stdout("report");
    if (!result)
        result = read_all(report);
    return result ? result : write_all(report);
}

int command_report(int argc, char **argv)
{
    struct report_options options = {0};
    int first = options_parse(&report_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (!options.output && !options.data)
        options.output = "report.html";
    struct report report = {.options = &options, .paths = argv + first, .count = (size_t)(argc - first)};
    int result = run(&report);

    for (size_t i = 0; i < PAGE_SURVEYS_MAX; i++)
        numbers_free(report.surveys[i]);
    owner_tables_free(&report.owners);
    return result;
}
