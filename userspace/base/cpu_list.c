// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Reads digits and moves behind them; a number that is too large becomes CPU_LIST_MAX. */
static bool take_number(const char **text, unsigned *number)
{
    const char *start = *text;

    *number = 0;
    for (; isdigit((unsigned char)**text); (*text)++)
        if (*number < CPU_LIST_MAX)
            *number = *number * 10 + (unsigned)(**text - '0');
    if (*number > CPU_LIST_MAX)
        *number = CPU_LIST_MAX;
    return *text != start;
}

static bool take_range(const char **text, unsigned *first, unsigned *last)
{
    if (!take_number(text, first))
        return false;
    *last = *first;
    if (**text != '-')
        return true;
    (*text)++;
    return take_number(text, last) && *first <= *last;
}

static bool contains(const struct cpu_list *list, unsigned cpu)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->cpus[i] == cpu)
            return true;
    return false;
}

static int add_range(struct cpu_list *list, unsigned first, unsigned last, struct error_text *error)
{
    for (unsigned cpu = first; cpu <= last; cpu++) {
        if (cpu >= CPU_LIST_MAX)
            return error_text_set(error, -EINVAL, "CPUs are numbered from 0 to %d", CPU_LIST_MAX - 1);
        if (contains(list, cpu))
            return error_text_set(error, -EINVAL, "CPU %u is listed twice", cpu);
        list->cpus[list->count++] = (uint16_t)cpu;
    }
    return 0;
}

int option_cpu_list(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    option_cpu_list_field *list = field;
    const char *rest = text;
    unsigned first, last;

    (void)spec;
    list->count = 0;
    for (;;) {
        if (!take_range(&rest, &first, &last) || (*rest && *rest != ','))
            return error_text_set(error, -EINVAL, "'%s' is not a list of CPUs such as 0-3,6", text);
        if (add_range(list, first, last, error))
            return -EINVAL;
        if (!*rest)
            return 0;
        rest++;
    }
}

void cpu_list_set(const cpu_set_t *set, struct cpu_list *out)
{
    out->count = 0;
    for (unsigned cpu = 0; cpu < CPU_LIST_MAX; cpu++)
        if (CPU_ISSET(cpu, set))
            out->cpus[out->count++] = (uint16_t)cpu;
}

static unsigned range_end(const struct cpu_list *list, unsigned from)
{
    unsigned end = from + 1;

    while (end < list->count && list->cpus[end] == list->cpus[end - 1] + 1)
        end++;
    return end;
}

const char *cpu_list_format(const struct cpu_list *list, char out[CPU_LIST_TEXT_SIZE])
{
    enum {
        RESERVE = sizeof(",…"), /* with the NUL */
    };
    size_t length = 0;

    out[0] = '\0';
    for (unsigned i = 0, end; i < list->count; i = end) {
        char piece[16];
        int size;

        end = range_end(list, i);
        if (end - i > 1)
            size =
                snprintf(piece, sizeof(piece), "%s%u-%u", i ? "," : "", list->cpus[i], list->cpus[end - 1]);
        else
            size = snprintf(piece, sizeof(piece), "%s%u", i ? "," : "", list->cpus[i]);
        if (length + (size_t)size + RESERVE > CPU_LIST_TEXT_SIZE) {
            memcpy(out + length, ",…", RESERVE);
            break;
        }
        memcpy(out + length, piece, (size_t)size + 1);
        length += (size_t)size;
    }
    return out;
}
