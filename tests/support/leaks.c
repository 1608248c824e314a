// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where leaks are looked for, in a build with sanitizers: in the processes of tests. Criterion's own runs no test,
 * and now and then forgets one of the time limits that it asked for (boxfort's timeouts), which is nothing of ours.
 */
#include <stdlib.h>

/* What Criterion tells the process of a test by, and takes away again. */
#define WORKER_VARIABLE "BXFI_MAP"

static int is_worker;

__attribute__((constructor)) static void note_worker(void)
{
    is_worker = getenv(WORKER_VARIABLE) != NULL;
}

/* LeakSanitizer asks at the end of each process: sanitizer/lsan_interface.h, which a build without may lack. */
int __lsan_is_turned_off(void);

int __lsan_is_turned_off(void)
{
    return !is_worker;
}
