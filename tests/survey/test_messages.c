// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/messages.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* What is said on stderr from now on. */
static int listen_to_stderr(void)
{
    int ends[2];

    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    return ends[0];
}

static const char *heard(int fd, char *text, size_t size)
{
    ssize_t length = read(fd, text, size - 1);

    text[length > 0 ? length : 0] = '\0';
    return text;
}

Test(messages, are_held_shown_and_said_later)
{
    struct messages messages;
    char text[4096], last[40];
    int said = listen_to_stderr();

    cr_assert_eq(messages_open(&messages), 0);
    log_info("at once");
    messages_hold(&messages);
    log_info("number one");
    log_info("number two");
    log_info("number three");
    cr_expect_str_eq(heard(said, text, sizeof(text)), "hopwire: at once\n");
    messages_last(&messages, text, sizeof(text));
    cr_expect_str_eq(text, "hopwire: number one\nhopwire: number two\nhopwire: number three\n");
    messages_last(&messages, last, sizeof(last));
    cr_expect_str_eq(last, "hopwire: number three\n", "whole lines only");
    messages_release(&messages);
    cr_expect_str_eq(heard(said, text, sizeof(text)),
                     "hopwire: number one\nhopwire: number two\nhopwire: number three\n");
    log_info("again");
    cr_expect_str_eq(heard(said, text, sizeof(text)), "hopwire: again\n");
    messages_close(&messages);
    cr_expect_str_eq(heard(said, text, sizeof(text)), "");
}

Test(messages, take_no_memory_without_end)
{
    struct messages messages;
    char text[200];
    int said = listen_to_stderr();

    cr_assert_eq(messages_open(&messages), 0);
    messages_hold(&messages);
    for (unsigned i = 0; i < 4 * MESSAGES_KEPT / 200; i++) {
        log_info("%0180u", i);
        messages_last(&messages, text, sizeof(text));
    }
    cr_expect_lt(lseek(messages.fd, 0, SEEK_END), MESSAGES_KEPT + 1000);
    messages_close(&messages);
    cr_expect_not_null(strstr(heard(said, text, sizeof(text)), "earlier messages are left out"));
}

Test(messages, without_memory_are_said_at_once)
{
    struct messages messages = {.fd = -1};
    char text[200];
    int said = listen_to_stderr();

    messages_hold(&messages);
    log_info("one");
    cr_expect_str_eq(heard(said, text, sizeof(text)), "hopwire: one\n");
    messages_last(&messages, text, sizeof(text));
    cr_expect_str_eq(text, "");
    messages_close(&messages);
}
