// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/commands.h"
#include "output/metadata.h"
#include "support/own_directory.h"

#define HEADER                                                                                               \
    "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags\n"
#define RECORD "1,240.0.0.1,8.8.8.7,0,1,1,255,11,0,5,,\n"
#define TRUTH  "{\"kind\":\"interface\",\"address\":\"240.0.0.1\",\"visible\":true}\n"

static void set_up(void)
{
    enter_directory();
    cr_redirect_stdout();
    cr_redirect_stderr();
}

static void clear(void)
{
    static const char *const names[] = {"r.csv", "truth", "r.csv.meta.json", "other.json"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(names[i]);
    remove_directory();
}

TestSuite(score_command, .init = set_up, .fini = clear, .timeout = 30);

static void write_file(const char *name, const char *text)
{
    FILE *out = fopen(name, "w");

    fputs(text, out);
    fclose(out);
}

static void write_metadata(const char *name, bool ended)
{
    struct survey_metadata metadata = {.layout = layouts,
                                       .port = 33434,
                                       .granularity = 24,
                                       .granularity6 = 48,
                                       .min_ttl = 1,
                                       .max_ttl = 32,
                                       .flows = 1,
                                       .threads = 1,
                                       .ended = ended,
                                       .ledger = {.sent = 32}};

    cr_assert_eq(metadata_write(name, &metadata), 0);
}

/* Runs `hopwire score` with up to four arguments. */
static int score(const char *a, const char *b, const char *c, const char *d)
{
    const char *const arguments[] = {"score", a, b, c, d};
    char *argv[6] = {0};
    int argc = 0;

    while (argc < 5 && arguments[argc]) {
        argv[argc] = strdup(arguments[argc]);
        argc++;
    }
    int status = command_score(argc, argv);
    fflush(stdout);
    while (argc--)
        free(argv[argc]);
    return status;
}

static char *all_of(FILE *in)
{
    char *text = calloc(1, 65536);

    cr_assert_not_null(text);
    for (size_t length = 0, n; (n = fread(text + length, 1, 65535 - length, in)) > 0;)
        length += n;
    return text;
}

static void expect_stdout(const char *part)
{
    FILE *in = cr_get_redirected_stdout();

    fclose(stdout);
    char *text = all_of(in);
    cr_expect_not_null(strstr(text, part), "%s", text);
    free(text);
}

/* One line and no more. */
static void expect_stderr(const char *line)
{
    char text[1024] = "";
    ssize_t n = read(fileno(cr_get_redirected_stderr()), text, sizeof(text) - 1);

    cr_expect_geq(n, 0);
    cr_expect_str_eq(text, line);
}

Test(score_command, takes_the_probes_from_the_metadata_beside)
{
    write_file("r.csv", HEADER RECORD);
    write_file("truth", TRUTH);
    write_metadata("r.csv.meta.json", true);
    cr_expect_eq(score("r.csv", "truth", "--json", NULL), EXIT_DONE);
    expect_stdout("\"probes\": 32,");
}

Test(score_command, goes_without_metadata)
{
    write_file("r.csv", HEADER RECORD);
    write_file("truth", TRUTH);
    cr_expect_eq(score("--json", "r.csv", "truth", NULL), EXIT_DONE);
    expect_stdout("\"probes\": null,");
}

Test(score_command, takes_the_metadata_it_is_told)
{
    write_file("r.csv", HEADER RECORD);
    write_file("truth", TRUTH);
    write_metadata("other.json", true);
    cr_expect_eq(score("r.csv", "truth", "--json", "--metadata=other.json"), EXIT_DONE);
    expect_stdout("\"probes\": 32,");
}

Test(score_command, killed_survey_is_scored_and_told)
{
    write_file("r.csv", HEADER RECORD "1,240.0.");
    write_file("truth", TRUTH);
    write_metadata("r.csv.meta.json", false);
    cr_expect_eq(score("r.csv", "truth", NULL, NULL), EXIT_DONE);
    expect_stderr(
        "hopwire: warning: score: r.csv: the last line is unfinished and left out: was the survey killed?\n");
    expect_stdout("interfaces                1              1    100.00 %    100.00 %\n");
}

Test(score_command, needs_a_file)
{
    cr_expect_eq(score(NULL, NULL, NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: needs one or two files: RESULTS [TRUTH] (see 'hopwire score --help')\n");
}

Test(score_command, takes_no_third_file)
{
    cr_expect_eq(score("r.csv", "truth", "other", NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: needs one or two files: RESULTS [TRUTH] (see 'hopwire score --help')\n");
}

Test(score_command, needs_truth_where_there_are_no_metadata)
{
    write_file("r.csv", HEADER RECORD);
    cr_expect_eq(score("r.csv", NULL, NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: r.csv has no metadata beside it from which the truth can be computed: "
                  "give TRUTH, or "
                  "--metadata FILE\n");
}

Test(score_command, needs_truth_of_the_real_network)
{
    write_file("r.csv", HEADER RECORD);
    write_metadata("r.csv.meta.json", true);
    cr_expect_eq(score("r.csv", NULL, NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: r.csv.meta.json describes a survey of the real network, where the truth "
                  "is not known\n");
}

Test(score_command, reads_stdin_once)
{
    cr_expect_eq(score("-", "-", NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: only one of RESULTS and TRUTH can be stdin\n");
}

Test(score_command, missing_results_are_named)
{
    cr_expect_eq(score("r.csv", "truth", NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: r.csv: cannot be read: No such file or directory\n");
}

Test(score_command, bad_results_are_named)
{
    write_file("r.csv", HEADER "1,240.0.0.1\n");
    write_file("truth", TRUTH);
    cr_expect_eq(score("r.csv", "truth", NULL, NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: r.csv: line 2: ends after 2 of the 12 columns\n");
}

Test(score_command, bad_truth_is_named)
{
    write_file("r.csv", HEADER RECORD);
    write_file("truth", "{}\n");
    cr_expect_eq(score("r.csv", "truth", NULL, NULL), EXIT_UNUSABLE);
    expect_stderr(
        "hopwire: score: truth: line 1: key 'kind' is not route, target, interface, link or router\n");
}

Test(score_command, missing_metadata_that_was_named_is_an_error)
{
    write_file("r.csv", HEADER RECORD);
    write_file("truth", TRUTH);
    cr_expect_eq(score("r.csv", "truth", "--metadata=other.json", NULL), EXIT_UNUSABLE);
    expect_stderr("hopwire: score: other.json: cannot be opened: No such file or directory\n");
}
