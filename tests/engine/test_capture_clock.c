// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/capture_clock.h"

#include <criterion/criterion.h>

#include "output/record.h"
#include "probe.h"
#include "table.h"

enum {
    LATE_AFTER_US = 1000000,
    SENT_US = 0xfffff0, /* so that what comes after it has wrapped */
};

/* `count` probes stamped so long after they were sent, and as many replies that took so long. */
struct batch {
    unsigned count;
    int probe_us; /* NO_PROBES: none */
    uint32_t rtt_us;
};

#define NO_PROBES INT32_MAX

static enum capture_clock_verdict judge(const struct batch *batches, size_t count)
{
    struct capture_clock clock = {0};

    for (size_t i = 0; i < count; i++)
        for (unsigned n = 0; n < batches[i].count; n++) {
            capture_clock_packet(&clock, 1);
            if (batches[i].probe_us != NO_PROBES)
                capture_clock_probe(&clock, SENT_US, (uint32_t)(SENT_US + batches[i].probe_us));
            capture_clock_reply(&clock, batches[i].rtt_us, LATE_AFTER_US);
        }
    return capture_clock_judge(&clock);
}

static const struct {
    const char *what;
    struct batch batches[2];
    enum capture_clock_verdict verdict;
} cases[] = {
    {"all as it should be", {{100, 20, 5000}}, CAPTURE_CLOCK_RIGHT},
    {"replies alone", {{100, NO_PROBES, 5000}}, CAPTURE_CLOCK_RIGHT},
    {"a busy sender, which one probe did not wait for",
     {{99, 100000, 5000}, {1, 20, 5000}},
     CAPTURE_CLOCK_RIGHT},
    {"1 us early, as a send time may be", {{100, -1, 5000}}, CAPTURE_CLOCK_RIGHT},
    {"3 us early", {{100, -3, 5000}}, CAPTURE_CLOCK_OTHER},
    {"probes captured an age after they left", {{100, 500000, 505000}}, CAPTURE_CLOCK_OTHER},
    {"probes captured 8 s early", {{100, -8000000, 5000}}, CAPTURE_CLOCK_OTHER},
    {"no reply can have taken so long", {{100, NO_PROBES, RECORD_NO_RTT}}, CAPTURE_CLOCK_OTHER},
    {"one in a hundred cannot", {{99, NO_PROBES, 5000}, {1, NO_PROBES, RECORD_NO_RTT}}, CAPTURE_CLOCK_OTHER},
    {"one in a thousand cannot",
     {{999, NO_PROBES, 5000}, {1, NO_PROBES, RECORD_NO_RTT}},
     CAPTURE_CLOCK_RIGHT},
    {"all are late", {{100, NO_PROBES, 11000000}}, CAPTURE_CLOCK_OTHER},
    {"some are late", {{100, NO_PROBES, 5000}, {50, NO_PROBES, 11000000}}, CAPTURE_CLOCK_RIGHT},
};

Test(capture_clock, judges_the_whole_capture)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(judge(cases[i].batches, COUNT(cases[i].batches)), cases[i].verdict, "%s", cases[i].what);
}

Test(capture_clock, without_stamps_there_is_no_clock)
{
    struct capture_clock clock = {0};

    cr_expect_eq(capture_clock_judge(&clock), CAPTURE_CLOCK_RIGHT, "nothing was captured");
    capture_clock_packet(&clock, 0);
    cr_expect_eq(capture_clock_judge(&clock), CAPTURE_CLOCK_NONE);
    capture_clock_packet(&clock, 1);
    cr_expect_eq(capture_clock_judge(&clock), CAPTURE_CLOCK_RIGHT, "some packets have one");
}
