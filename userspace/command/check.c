// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire check: what this host, kernel and NIC support, and what to change. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/cpu_list.h"
#include "base/log.h"
#include "base/options.h"
#include "check/check.h"
#include "command/commands.h"
#include "output/json_value.h"
#include "survey/survey.h"

struct check_options {
    const char *interface;
    double rate;
    uint32_t threads;
    bool json;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct check_options, name)

static const struct option_spec specs[] = {
    {"interface", 'i', "IF", FIELD(option_text, interface),
     .help = "interface to check\n(default: where the default route leads)"},
    {"rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "rate of the planned survey, as `survey --rate`\n(default: 10k)"},
    {"threads", 'T', "N", FIELD(option_number, threads), .min = 1, .max = CPU_LIST_MAX,
     .help = "its number of senders (default: 1)"},
    {"json", 0, NULL, FIELD(option_flag, json), .help = "an array of objects: name, status, detail, fix"},
    {0},
};

const struct option_table check_option_table = {
    .command = "check",
    .operands = "",
    .summary = "Reports what this host, kernel and NIC support: each line is ok, warning or missing, with "
               "the\ncommand that fixes it. Changes nothing. Exit code 1 if something is missing that a "
               "survey\nneeds.",
    .specs = specs,
};

static void print_text(const struct check_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct check_line *line = &report->lines[i];

        printf("%-8s %-22s %s\n", check_status_name(line->status), line->name, line->detail);
        if (line->fix[0])
            printf("%-31s -> %s\n", "", line->fix);
    }
}

static int print_json(const struct check_report *report)
{
    json_t *array = json_array();

    for (size_t i = 0; i < report->count; i++) {
        const struct check_line *line = &report->lines[i];

        json_array_append_new(array, json_pack("{s:s, s:s, s:o, s:o}", "name", line->name, "status",
                                               check_status_name(line->status), "detail",
                                               json_text(line->detail), "fix", json_text(line->fix)));
    }
    int error = json_dumpf(array, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(array);
    return error;
}

/* Without --interface, the device of the default route is used. On a host without one, this is reported, and
 * everything else is checked. */
static int find_link(const struct check_options *options, struct link_info *link)
{
    if (options->interface) {
        int error = link_by_name(options->interface, link);

        if (error)
            log_error("check: --interface: there is no interface '%s' (ip link lists them)",
                      options->interface);
        return error ? -EINVAL : 0;
    }
    return check_find_device(link) ? -ENODEV : 0;
}

int command_check(int argc, char **argv)
{
    struct check_options options = {.rate = SURVEY_DEFAULT_RATE, .threads = 1};
    struct check_report report = {0};
    struct link_info link;
    int first = options_parse(&check_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (first < argc) {
        log_error("check: '%s' is not an option: give the device with --interface", argv[first]);
        return EXIT_UNUSABLE;
    }
    int found = find_link(&options, &link);
    if (found == -EINVAL)
        return EXIT_UNUSABLE;

    check_kernel(&report);
    check_privileges(&report);
    check_machine(&report);
    if (found == 0) {
        check_device(&report, &link);
        check_way_out(&report, &link);
        check_tx(&report, &link, options.rate, options.threads);
    } else {
        check_add(&report, "interface", CHECK_WARNING,
                  "there is no default route that would determine the device");
        check_fix(&report, "give the device with --interface");
    }
    if (options.json)
        print_json(&report);
    else
        print_text(&report);
    return check_ready(&report) ? EXIT_DONE : EXIT_FAILED;
}
