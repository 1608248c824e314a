// SPDX-License-Identifier: GPL-2.0-or-later
/* The exit status of the program. */
#pragma once

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,     /* failed while running */
    EXIT_UNUSABLE = 2,   /* arguments, input, output directory or privilege */
    EXIT_RESUMABLE = 75, /* stopped before the end, and can go on: EX_TEMPFAIL of sysexits.h */
    EXIT_SIGNAL = 128,   /* plus the number of the signal */
};
