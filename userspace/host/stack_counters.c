// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/stack_counters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static uint64_t read_counter(const char *path, const char *group, const char *name)
{
    FILE *in = fopen(path, "re");
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

/* Of IPv6 each line is a name and a number. */
static uint64_t read_counter6(const char *name)
{
    FILE *in = fopen("/proc/thread-self/net/snmp6", "re");
    char key[64];
    uint64_t value, found = 0;

    while (in && fscanf(in, "%63s %" SCNu64, key, &value) == 2)
        if (strcmp(key, name) == 0)
            found = value;
    if (in)
        fclose(in);
    return found;
}

void stack_counters_read(struct stack_counters *out)
{
    static const char snmp[] = "/proc/thread-self/net/snmp", netstat[] = "/proc/thread-self/net/netstat";

    *out = (struct stack_counters){
        .icmp_errors = read_counter(snmp, "Icmp: ", "InTimeExcds") +
                       read_counter(snmp, "Icmp: ", "InDestUnreachs") + read_counter6("Icmp6InTimeExcds") +
                       read_counter6("Icmp6InDestUnreachs"),
        .against_the_path = read_counter(netstat, "TcpExt: ", "IPReversePathFilter"),
    };
}
