// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A wall clock that a test sets, for one process: loaded before the C library (LD_PRELOAD), it adds the seconds that
 * stand in $WALL_CLOCK, eight bytes, to CLOCK_REALTIME. Setting the machine's own clock would need a machine.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *seconds;

__attribute__((constructor)) static void find_clock(void)
{
    int fd = open(getenv("WALL_CLOCK"), O_RDONLY | O_CLOEXEC);
    void *page = mmap(NULL, sizeof(*seconds), PROT_READ, MAP_SHARED, fd, 0);

    close(fd);
    if (page != MAP_FAILED)
        seconds = page;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && clock == CLOCK_REALTIME && seconds)
        now->tv_sec += *seconds;
    return result;
}
