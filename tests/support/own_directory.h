// SPDX-License-Identifier: GPL-2.0-or-later
/* A directory for the files of one test, which is the current one while it runs. */
#pragma once

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[] = "/tmp/hopwire-test-XXXXXX";

/* For a suite's .init and .fini. */
static inline void enter_directory(void)
{
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(chdir(directory), 0);
}

static inline void remove_directory(void)
{
    cr_assert_eq(chdir("/"), 0);
    cr_expect_eq(rmdir(directory), 0, "all files are gone");
}
