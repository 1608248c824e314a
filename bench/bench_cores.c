// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a cache line takes to another core and back: every ring between two threads, and every frame that
 * one core writes and another reads, depends on it. Measured several times over some seconds, because a
 * hypervisor moves its virtual processors to other cores.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "base/counter.h"
#include "bench.h"
#include "host/cpus.h"

enum {
    SAMPLES = 10,
    ROUND_TRIPS = 1000, /* between two readings of the clock */
};

struct table {
    _Alignas(CACHE_LINE) _Atomic int ball; /* 1: the partner's turn, 0: ours */
    _Alignas(CACHE_LINE) _Atomic bool over;
    cpu_set_t partner;
};

static void *partner_main(void *argument)
{
    struct table *table = argument;

    bench_require(!cpus_keep_to(&table->partner), "run on the other CPU");
    while (!atomic_load(&table->over))
        if (atomic_load_explicit(&table->ball, memory_order_acquire))
            atomic_store_explicit(&table->ball, 0, memory_order_release);
    return NULL;
}

static void play(struct table *table, unsigned count)
{
    while (count--) {
        atomic_store_explicit(&table->ball, 1, memory_order_release);
        while (atomic_load_explicit(&table->ball, memory_order_acquire))
            ;
    }
}

static double measure(int cpu, uint64_t duration_ns)
{
    struct table table = {0};
    uint64_t start, now, trips = 0;
    pthread_t partner;

    CPU_SET(cpu, &table.partner);
    bench_require(!pthread_create(&partner, NULL, partner_main, &table), "start a thread");
    play(&table, ROUND_TRIPS);
    start = clock_now_ns();
    do {
        play(&table, ROUND_TRIPS);
        trips += ROUND_TRIPS;
        now = clock_now_ns();
    } while (now - start < duration_ns);
    atomic_store(&table.over, true);
    pthread_join(partner, NULL);
    return (double)(now - start) / (double)trips;
}

int main(int argc, char **argv)
{
    static double samples[CPU_SETSIZE][SAMPLES];
    uint64_t round_ns = bench_start(argc, argv);
    cpu_set_t others;

    bench_require(!cpus_available(&others), "tell which CPUs there are");
    bench_pin();
    CPU_CLR(sched_getcpu(), &others);
    for (unsigned i = 0; i < SAMPLES; i++) {
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET(cpu, &others))
                samples[cpu][i] = measure(cpu, round_ns / 4);
        nanosleep(&(struct timespec){.tv_nsec = (long)(5 * round_ns)}, NULL);
    }
    printf("%-15s %7s %7s %7s\n", "CPUs", "least", "median", "most");
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &others)) {
            double median = bench_median(samples[cpu], SAMPLES);

            printf("%4d and %4d    %7.0f %7.0f %7.0f  ns\n", sched_getcpu(), cpu, samples[cpu][0], median,
                   samples[cpu][SAMPLES - 1]);
        }
    return 0;
}
