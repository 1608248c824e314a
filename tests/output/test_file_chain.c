// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/file_chain.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_null(void)
{
    return open("/dev/null", O_WRONLY);
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* /dev/null has nothing that could be made durable: fdatasync(2) says so, which shows that it was asked. */
Test(file_chain, ended_files_stay_until_they_are_synced)
{
    struct file_chain chain = FILE_CHAIN_NONE;
    int first = open_null(), second = open_null();

    chain.lasting = true;
    cr_expect_eq(file_chain_turn(&chain, first), 0);
    cr_expect_eq(file_chain_turn(&chain, second), 0);
    cr_expect(is_open(first));
    cr_expect_eq(file_chain_sync(&chain), -EINVAL);
    cr_expect_not(is_open(first));
    cr_expect(is_open(second), "it is still written");
    file_chain_close(&chain);
    cr_expect_not(is_open(second));
    cr_expect_eq(file_chain_sync(&chain), 0);
}

Test(file_chain, closes_at_once_what_nobody_syncs)
{
    struct file_chain chain = FILE_CHAIN_NONE;
    int first = open_null(), second = open_null();

    cr_expect_eq(file_chain_turn(&chain, first), 0);
    cr_expect_eq(file_chain_turn(&chain, second), 0);
    cr_expect_not(is_open(first));
    file_chain_close(&chain);
}

Test(file_chain, is_long_before_the_writer_has_to_wait)
{
    struct file_chain chain = FILE_CHAIN_NONE;
    unsigned count = 0;

    chain.lasting = true;
    for (; !file_chain_is_long(&chain); count++)
        cr_assert_eq(file_chain_turn(&chain, open_null()), 0);
    cr_expect_leq(2 * count, FILE_CHAIN_ENDED);
    file_chain_sync(&chain);
    cr_expect_not(file_chain_is_long(&chain));
    file_chain_close(&chain);
}

Test(file_chain, too_many_are_synced_by_who_ends_them)
{
    char path[] = "/tmp/hopwire-test-XXXXXX";
    struct file_chain chain = FILE_CHAIN_NONE;
    int fd = mkstemp(path);

    unlink(path);
    chain.lasting = true;
    for (unsigned i = 0; i < 2 * FILE_CHAIN_ENDED; i++)
        cr_assert_eq(file_chain_turn(&chain, dup(fd)), 0);
    cr_expect_leq(chain.count, FILE_CHAIN_ENDED);
    cr_expect_eq(file_chain_sync(&chain), 0);
    cr_expect_eq(chain.count, 0);
    file_chain_close(&chain);
    close(fd);
}
