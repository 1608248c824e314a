// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/stack_counters.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lines come in pairs, names and numbers: "Icmp: InMsgs InErrors …" above "Icmp: 17 0 …". */
static uint64_t find_counter(char *names, char *numbers, const char *name)
{
    char *name_rest, *number_rest;
    char *key = strtok_r(names, " \n", &name_rest), *value = strtok_r(numbers, " \n", &number_rest);

    for (; key && value; key = strtok_r(NULL, " \n", &name_rest), value = strtok_r(NULL, " \n", &number_rest))
        if (strcmp(key, name) == 0)
            return strtoull(value, NULL, 10);
    return 0;
}

/* Returns a stream at the beginning of the file; the descriptor stays open after fclose(3). */
static FILE *rewound(int fd)
{
    int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    FILE *in = copy < 0 || lseek(copy, 0, SEEK_SET) ? NULL : fdopen(copy, "r");

    if (!in && copy >= 0)
        close(copy);
    return in;
}

static uint64_t read_counter(int fd, const char *group, const char *name)
{
    FILE *in = rewound(fd);
    char *names = NULL, *numbers = NULL;
    size_t names_size = 0, numbers_size = 0;
    uint64_t found = 0;

    while (in && getline(&names, &names_size, in) > 0 && getline(&numbers, &numbers_size, in) > 0)
        if (strncmp(names, group, strlen(group)) == 0)
            found = find_counter(names, numbers, name);
    free(names);
    free(numbers);
    if (in)
        fclose(in);
    return found;
}

/* For IPv6 each line is a name and a number. */
static uint64_t read_counter6(int fd, const char *name)
{
    FILE *in = rewound(fd);
    char key[64];
    uint64_t value, found = 0;

    while (in && fscanf(in, "%63s %" SCNu64, key, &value) == 2)
        if (strcmp(key, name) == 0)
            found = value;
    if (in)
        fclose(in);
    return found;
}

void stack_counters_open(struct stack_counter_files *files)
{
    *files = (struct stack_counter_files){
        .snmp = open("/proc/thread-self/net/snmp", O_RDONLY | O_CLOEXEC),
        .snmp6 = open("/proc/thread-self/net/snmp6", O_RDONLY | O_CLOEXEC),
        .netstat = open("/proc/thread-self/net/netstat", O_RDONLY | O_CLOEXEC),
    };
}

static void close_one(int fd)
{
    if (fd >= 0)
        close(fd);
}

void stack_counters_close(struct stack_counter_files *files)
{
    close_one(files->snmp);
    close_one(files->snmp6);
    close_one(files->netstat);
    *files = (struct stack_counter_files)STACK_COUNTER_FILES_NONE;
}

void stack_counters_read(const struct stack_counter_files *files, struct stack_counters *out)
{
    *out = (struct stack_counters){
        .icmp_errors = read_counter(files->snmp, "Icmp: ", "InTimeExcds") +
                       read_counter(files->snmp, "Icmp: ", "InDestUnreachs") +
                       read_counter6(files->snmp6, "Icmp6InTimeExcds") +
                       read_counter6(files->snmp6, "Icmp6InDestUnreachs"),
        .against_the_path = read_counter(files->netstat, "TcpExt: ", "IPReversePathFilter"),
    };
}
