// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addresses.h"
#include "trace/name_helper.h"

static const struct sandbox as_it_is;

static pid_t only_child(void)
{
    char path[64];
    int pid = 0;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%d", &pid), 1);
    fclose(file);
    return pid;
}

Test(name_helper, knows_the_loopback)
{
    struct name_helper *helper = name_helper_start(&as_it_is);
    struct names_source source = name_helper_source(helper);
    char name[NAME_SIZE] = "";

    cr_assert_not_null(helper);
    if (!source.lookup(source.context, IPV4(0x7f000001), name))
        cr_skip("this system has no name for 127.0.0.1");
    cr_expect_str_neq(name, "");
    name_helper_stop(helper);
    cr_expect_not(source.lookup(source.context, IPV4(0x7f000001), name), "nobody answers");
    source.release(source.context);
    cr_expect_eq(waitpid(-1, NULL, 0), -1);
    cr_expect_eq(errno, ECHILD);
}

/* No privilege is left there, and files can be read alone. */
Test(name_helper, is_confined)
{
    struct name_helper *helper = name_helper_start(&as_it_is);
    struct names_source source = name_helper_source(helper);
    char path[64], line[256], name[NAME_SIZE];
    unsigned found = 0;

    source.lookup(source.context, IPV4(0x7f000001), name); /* it has begun then */
    snprintf(path, sizeof(path), "/proc/%d/status", only_child());
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    while (fgets(line, sizeof(line), file))
        found += !strcmp(line, "CapPrm:\t0000000000000000\n") ||
                 !strcmp(line, "CapBnd:\t0000000000000000\n") || !strcmp(line, "NoNewPrivs:\t1\n") ||
                 !strcmp(line, "Seccomp:\t2\n");
    fclose(file);
    cr_expect_eq(found, 4);
    name_helper_stop(helper);
    source.release(source.context);
}
