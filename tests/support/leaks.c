// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a build with sanitizers looks for leaks: in the processes of tests. Criterion's own process runs no
 * test, and sometimes forgets a time limit that it requested (boxfort's timeouts), which is not our fault.
 */
#include <stdlib.h>

/* Criterion sets this in the process of a test, and removes it again. */
#define WORKER_VARIABLE "BXFI_MAP"

static int is_worker;

__attribute__((constructor)) static void note_worker(void)
{
    is_worker = getenv(WORKER_VARIABLE) != NULL;
}

/* LeakSanitizer calls this at the end of each process: sanitizer/lsan_interface.h, which a build without it
 * may lack. */
int __lsan_is_turned_off(void);

int __lsan_is_turned_off(void)
{
    return !is_worker;
}
