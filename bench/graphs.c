// SPDX-License-Identifier: GPL-2.0-or-later
#include "graphs.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bench_interval(double failures, double runs, double *low, double *high)
{
    const double z = 1.959964, p = failures / runs;
    double middle = p + z * z / (2 * runs), half = z * sqrt(p * (1 - p) / runs + z * z / (4 * runs * runs));

    *low = fmax((middle - half) / (1 + z * z / runs), 0);
    *high = (middle + half) / (1 + z * z / runs);
}

static int is_graph(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 6 && strcmp(entry->d_name + length - 6, ".edges") == 0;
}

void bench_graphs(bench_graph *report, unsigned runs)
{
    const char *corpus = getenv("HOPWIRE_CORPUS");
    char directory[512], path[1024];
    struct dirent **entries;
    int count;

    if (!corpus) {
        printf("HOPWIRE_CORPUS names no folder with mda/*.edges: these graphs are left out\n");
        return;
    }
    snprintf(directory, sizeof(directory), "%s/mda", corpus);
    count = scandir(directory, &entries, is_graph, alphasort);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
        report(path, entries[i]->d_name, runs);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}
