// SPDX-License-Identifier: GPL-2.0-or-later
/* CPUs by their numbers, in the order in which they are to be used: `0-3,6`. */
#pragma once

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

#include "base/options.h"

enum {
    CPU_LIST_MAX = 1024, /* CPUs are numbered below this (CPU_SETSIZE of glibc) */
    CPU_LIST_TEXT_SIZE = 64,
};

struct cpu_list {
    unsigned count;
    uint16_t cpus[CPU_LIST_MAX]; /* none of them twice */
};

/* option_cpu_list() reads numbers and ranges, separated by commas, into a struct cpu_list. It does not check
 * whether the machine has these CPUs. */
OPTION_PARSER(option_cpu_list, struct cpu_list);

/* cpu_list_set() lists the CPUs of a set in ascending order. */
void cpu_list_set(const cpu_set_t *set, struct cpu_list *out);

/* cpu_list_format() writes the list in the form that option_cpu_list() reads, consecutive CPUs as ranges. A
 * list that is too long for CPU_LIST_TEXT_SIZE bytes is cut and ends with "…". Returns `out`. */
const char *cpu_list_format(const struct cpu_list *list, char out[CPU_LIST_TEXT_SIZE]);
