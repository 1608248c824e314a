// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/alias_input.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/exit_code.h"

/* As a shell hands over <(COMMAND): what was read of it to see what it is would be missing. */
Test(alias_input, takes_all_of_a_list_from_a_pipe)
{
    static const char text[] = "192.0.2.1\n192.0.2.2\n";
    const struct alias_list_config config = {0};
    struct alias_list list = {0};
    char path[32], *paths[] = {path, NULL};
    int pipe_ends[2];

    cr_assert_eq(pipe(pipe_ends), 0);
    cr_assert_eq(write(pipe_ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(pipe_ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", pipe_ends[0]);
    cr_expect_eq(alias_input_read("aliases", paths, &config, &list), EXIT_DONE);
    cr_expect_eq(list.given, 2);
    close(pipe_ends[0]);
    alias_list_free(&list);
}
