// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "base/log.h"
#include "base/version.h"
#include "capture.h"

Test(log, a_line_names_the_program_and_the_level)
{
    struct capture capture = capture_start(STDERR_FILENO);

    log_set_level(LOG_DEBUG);
    log_error("no %s", "route");
    log_warning("slow");
    log_info("%d sent", 3);
    log_debug("detail");
    cr_assert_str_eq(capture_end(&capture), "hopwire: no route\n"
                                            "hopwire: warning: slow\n"
                                            "hopwire: 3 sent\n"
                                            "hopwire: debug: detail\n");
}

Test(log, lower_levels_are_hidden)
{
    struct capture capture = capture_start(STDERR_FILENO);

    log_debug("hidden by default");
    log_set_level(LOG_ERROR);
    log_warning("hidden");
    log_error("shown");
    cr_assert_str_eq(capture_end(&capture), "hopwire: shown\n");
}

Test(log, a_message_is_one_line)
{
    struct capture capture = capture_start(STDERR_FILENO);

    log_error("libraries end theirs themselves\n\n");
    log_error("%s", "");
    cr_assert_str_eq(capture_end(&capture), "hopwire: libraries end theirs themselves\nhopwire: \n");
}

Test(log, what_a_message_quotes_moves_no_cursor)
{
    struct capture capture = capture_start(STDERR_FILENO);

    log_error("no host '%s'", "\x1b[2J\nhopwire: done\xc2\x9b\xff b\xc3\xbc"
                              "cher");
    cr_assert_str_eq(capture_end(&capture),
                     "hopwire: no host '\\x1b[2J\\x0ahopwire: done\\xc2\\x9b\\xff b\xc3\xbc"
                     "cher'\n");
}

Test(log, a_long_message_is_cut_and_still_a_line)
{
    struct capture capture;
    char message[4000];

    memset(message, 'x', sizeof(message) - 1);
    message[sizeof(message) - 1] = '\0';
    for (size_t length = 900; length < sizeof(message); length++) {
        capture = capture_start(STDERR_FILENO);
        log_error("%.*s", (int)length, message);
        const char *text = capture_end(&capture);
        cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1);
        cr_assert_leq(strlen(text), 1024);
        cr_assert_geq(strlen(text), 900);
    }
}

Test(version, is_known)
{
    cr_assert_gt(strlen(hopwire_version()), 0);
}
