// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/results_file.h"

enum {
    /* 4 MB per receiver: 65 ms of records at 1 M/s, far longer than the writer ever sleeps. With many
     * receivers each gets a smaller share of the replies: 256 MB for all of them. */
    WRITER_RING_RECORDS = 65536,
    WRITER_RINGS_RECORDS = 64 * WRITER_RING_RECORDS,
};

/* Returns a power of two; the number of receivers need not be one. */
static uint64_t writer_ring(unsigned receivers)
{
    uint64_t records = WRITER_RING_RECORDS;

    while (records * receivers > WRITER_RINGS_RECORDS)
        records /= 2;
    return records;
}

int results_file_open(struct survey *survey)
{
    struct writer_config config = {
        .producers = survey->receiver_count,
        .urgent = true,
        .ring_capacity = writer_ring(survey->receiver_count),
    };

    placement_of_writer(&survey->placement, &config.cpus);
    int result = record_file_open("survey", &survey->results, &survey->config->records);

    record_file_keep_by(&survey->results, survey->late);
    if (!result)
        result = limits_check_room(survey);
    return result ? result : record_file_start("survey", &survey->results, &config);
}
