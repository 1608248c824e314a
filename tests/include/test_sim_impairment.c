// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "sim_impairment.h"

/* 1 MB/s, a microsecond a byte, in front of it 2,000 bytes. */
static const struct sim_impairment narrow = {.bytes_per_second = 1000000, .queue_ns = 2000000};

Test(sim_impairment, packets_leave_the_bottleneck_one_after_the_other)
{
    static const struct {
        uint64_t now_us;
        uint32_t bytes;
        uint64_t leaves_us; /* 0: dropped */
    } table[] = {
        {100, 1000, 1100}, /* idle: at once, at its own length */
        {100, 1000, 2100}, /* behind it */
        {200, 100, 2200},  /* 1,900 wait */
        {200, 500, 2700},  /* 2,000 wait: it is just full */
        {200, 1, 0},       /* 2,500 wait */
        {701, 1, 2701},    /* time makes room */
        {5000, 200, 5200}, /* idle again */
    };
    uint64_t busy_until_ns = 0;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint64_t before = busy_until_ns;
        bool passed = sim_bottleneck_pass(&narrow, &busy_until_ns, table[i].now_us * 1000, table[i].bytes);

        cr_expect_eq(passed, table[i].leaves_us != 0, "step %zu", i);
        cr_expect_eq(busy_until_ns, passed ? table[i].leaves_us * 1000 : before, "step %zu", i);
    }
}
