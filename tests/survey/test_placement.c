// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/placement.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "table.h"

enum {
    THREADS_MAX = 4,
};

static const struct option_spec spec = {.name = "cpus"};

static struct cpu_list list_of(const char *text)
{
    struct error_text error;
    struct cpu_list list = {0};

    if (*text)
        cr_assert_eq(option_cpu_list(&spec, text, &list, &error), 0, "%s", error.text);
    return list;
}

static cpu_set_t set_of(const char *text)
{
    const struct cpu_list list = list_of(text);
    cpu_set_t set;

    CPU_ZERO(&set);
    for (unsigned i = 0; i < list.count; i++)
        CPU_SET(list.cpus[i], &set);
    return set;
}

static int make_pinned(struct placement *out, bool pin_one, unsigned senders, unsigned helpers,
                       const char *asked, const char *available, struct error_text *error)
{
    const struct cpu_list list = list_of(asked);
    const cpu_set_t set = set_of(available);
    const struct placement_config config = {
        .senders = senders, .helpers = helpers, .pin_one = pin_one, .asked = &list, .available = &set};

    return placement_make(out, &config, error);
}

static int make(struct placement *out, unsigned senders, unsigned helpers, const char *asked,
                const char *available, struct error_text *error)
{
    return make_pinned(out, false, senders, helpers, asked, available, error);
}

static void expect_set(const cpu_set_t *actual, const char *expected, const char *who, size_t row)
{
    const cpu_set_t set = set_of(expected);

    cr_expect(CPU_EQUAL(actual, &set), "row %zu: %s is not on '%s'", row, who, expected);
}

Test(placement, gives_every_thread_its_place)
{
    static const struct {
        unsigned senders, helpers;
        const char *asked, *available;
        const char *sender[THREADS_MAX], *helper[THREADS_MAX], *receiver[THREADS_MAX];
    } rows[] = {
        /* One sender is pinned only where that was asked for. */
        {1, 0, "", "0-7", {""}, {""}, {"", ""}},
        {1, 1, "", "0", {""}, {""}, {""}},
        {1, 0, "3", "0-7", {"3"}, {"3"}, {"3", "3"}},
        {1, 0, "3,5", "0-7", {"3"}, {"3"}, {"5", "5"}},
        {1, 1, "3,5", "0-7", {"3"}, {"5"}, {"3"}},
        /* Several are always pinned. */
        {2, 0, "", "0-1", {"0", "1"}, {"0", "1"}, {"0-1", "0-1"}},
        {2, 0, "", "1,3,4-5", {"1", "3"}, {"1", "3"}, {"4-5", "4-5"}},
        {2, 0, "5,1,0", "0-7", {"5", "1"}, {"5", "1"}, {"0", "0"}},
        {2, 1, "", "0-7", {"0", "2"}, {"1", "3"}, {"4-7", "4-7"}},
        {2, 1, "4-7", "0-7", {"4", "6"}, {"5", "7"}, {"4,6"}},
        {1, 2, "0-3", "0-7", {"0"}, {"1-2"}, {"3"}},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error = {""};
        struct placement placement;
        cpu_set_t set;

        cr_assert_eq(make(&placement, rows[row].senders, rows[row].helpers, rows[row].asked,
                          rows[row].available, &error),
                     0, "row %zu: %s", row, error.text);
        for (unsigned i = 0; i < rows[row].senders; i++) {
            placement_of_sender(&placement, i, &set);
            expect_set(&set, rows[row].sender[i], "sender", row);
            placement_of_helpers(&placement, i, &set);
            expect_set(&set, rows[row].helper[i], "helper", row);
        }
        for (unsigned i = 0; i < THREADS_MAX && rows[row].receiver[i]; i++) {
            placement_of_receiver(&placement, i, &set);
            expect_set(&set, rows[row].receiver[i], "receiver", row);
        }
    }
}

/* It goes before senders: with them on a CPU, it would take that whenever a receiver is busy. */
Test(placement, keeps_the_writer_from_pinned_senders)
{
    static const struct {
        unsigned senders, helpers;
        bool pin_one;
        const char *asked, *available, *writer;
    } rows[] = {
        {1, 0, true, "", "0-1", "1"},
        {1, 0, false, "", "0-1", ""},
        {1, 0, false, "3,5", "0-7", "5"},
        {2, 0, false, "", "0-3", "2-3"},
        {1, 1, true, "", "0-2", "2"},
        /* None is left. */
        {2, 0, false, "", "0-1", ""},
        {1, 1, true, "", "0-1", "1"},
        {2, 1, false, "", "0-3", "1,3"},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error = {""};
        struct placement placement;
        cpu_set_t set;

        cr_assert_eq(make_pinned(&placement, rows[row].pin_one, rows[row].senders, rows[row].helpers,
                                 rows[row].asked, rows[row].available, &error),
                     0, "row %zu: %s", row, error.text);
        placement_of_writer(&placement, &set);
        expect_set(&set, rows[row].writer, "writer", row);
    }
}

Test(placement, stays_near_the_device_where_there_is_room)
{
    static const struct {
        unsigned senders, helpers;
        const char *asked, *available, *near, *sender, *receiver;
        unsigned cpus;
    } rows[] = {
        /* Room for the senders and a receiver: nobody goes elsewhere. */
        {1, 0, "", "0-7", "4-7", "4-7", "4-7", 4},
        {2, 0, "", "0-7", "4-7", "4", "6-7", 4},
        {1, 1, "", "0-7", "4-6", "4-6", "4-6", 3},
        {2, 1, "", "0-7", "3-7", "3", "7", 5},
        /* Too little: near ones first. */
        {2, 0, "", "0-7", "5-6", "5", "0-4,7", 8},
        {2, 1, "", "0-7", "4-7", "4", "0-3", 8},
        {1, 0, "", "0-7", "5", "", "", 8},
        /* Not available, or none is nearer. */
        {2, 0, "", "0-3", "4-7", "0", "2-3", 4},
        {2, 0, "", "0-3", "", "0", "2-3", 4},
        {2, 0, "", "2-5", "4-7", "4", "2-3", 4},
        /* Whoever asks gets what is asked for. */
        {1, 0, "1,2", "0-7", "4-7", "1", "2", 8},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct cpu_list asked = list_of(rows[row].asked);
        const cpu_set_t available = set_of(rows[row].available), near = set_of(rows[row].near);
        const struct placement_config config = {
            .senders = rows[row].senders,
            .helpers = rows[row].helpers,
            .asked = &asked,
            .available = &available,
            .near = &near,
        };
        struct error_text error = {""};
        struct placement placement;
        cpu_set_t set;

        cr_assert_eq(placement_make(&placement, &config, &error), 0, "row %zu: %s", row, error.text);
        placement_of_sender(&placement, 0, &set);
        expect_set(&set, rows[row].sender, "sender", row);
        placement_of_receiver(&placement, 0, &set);
        expect_set(&set, rows[row].receiver, "receiver", row);
        cr_expect_eq(placement.cpus, rows[row].cpus, "row %zu: %u", row, placement.cpus);
    }
}

Test(placement, says_what_cannot_be)
{
    static const struct {
        unsigned senders, helpers;
        const char *asked, *available, *expected;
    } rows[] = {
        {1, 0, "2", "0-1", "--cpus: CPU 2 does not exist, or this process may not use it: it may use 0-1"},
        {1, 0, "0-7", "0-3,6",
         "--cpus: CPU 4 does not exist, or this process may not use it: it may use 0-3,6"},
        {3, 0, "0-1", "0-7", "--threads 3 needs 3 CPUs: there are fewer in --cpus 0-1"},
        {3, 0, "", "0-1", "--threads 3 needs 3 CPUs: this process may use only 0-1"},
        {1, 1, "0", "0-1",
         "--threads 1 needs 2 CPUs, because this --tx keeps more than one busy for each sender: there are "
         "fewer in "
         "--cpus 0"},
        {2, 1, "", "0-2",
         "--threads 2 needs 4 CPUs, because this --tx keeps more than one busy for each sender: this process "
         "may use "
         "only 0-2"},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error = {""};
        struct placement placement;

        cr_assert_eq(make(&placement, rows[row].senders, rows[row].helpers, rows[row].asked,
                          rows[row].available, &error),
                     -EINVAL, "row %zu", row);
        cr_expect_str_eq(error.text, rows[row].expected);
    }
}

Test(placement, pins_one_sender_where_something_depends_on_it)
{
    static const struct {
        unsigned helpers;
        const char *available, *sender, *helper, *receiver;
    } rows[] = {
        {0, "0", "0", "0", "0"},   {0, "0-1", "0", "0", "1"},   {0, "2,5-7", "2", "2", "5-7"},
        {1, "0-1", "0", "1", "0"}, {1, "0-3", "0", "1", "2-3"}, {1, "0", "", "", ""},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error = {""};
        struct placement placement;
        cpu_set_t set;

        cr_assert_eq(make_pinned(&placement, true, 1, rows[row].helpers, "", rows[row].available, &error), 0,
                     "row %zu: %s", row, error.text);
        placement_of_sender(&placement, 0, &set);
        expect_set(&set, rows[row].sender, "sender", row);
        placement_of_helpers(&placement, 0, &set);
        expect_set(&set, rows[row].helper, "helper", row);
        placement_of_receiver(&placement, 0, &set);
        expect_set(&set, rows[row].receiver, "receiver", row);
    }
}

Test(placement, tells_where_the_frames_of_a_queue_come_from)
{
    static const struct {
        unsigned senders, helpers;
        const char *asked;
        unsigned queues;
        const char *cpus[THREADS_MAX];
    } rows[] = {
        {1, 0, "", 2, {"", ""}},
        {1, 0, "5", 1, {"5"}},
        {1, 0, "5", 2, {"5", "5"}},
        {2, 0, "4,7", 2, {"4", "7"}},
        {2, 0, "7,4", 2, {"4", "7"}},
        {2, 0, "2,4", 2, {"2,4", "4"}},
        {2, 0, "0-1", 4, {"0", "1", "0", "1"}},
        {1, 1, "2,3", 2, {"3", "3"}},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error;
        struct placement placement;
        cpu_set_t set;

        cr_assert_eq(make(&placement, rows[row].senders, rows[row].helpers, rows[row].asked, "0-7", &error),
                     0);
        for (unsigned queue = 0; queue < rows[row].queues; queue++) {
            placement_of_queue(&placement, queue, rows[row].queues, &set);
            expect_set(&set, rows[row].cpus[queue], "the queue", row);
        }
    }
}

/* Frames go to queue CPU % queues; of senders with a helper it is the helper's CPU that counts. */
Test(placement, finds_senders_that_share_a_queue)
{
    static const struct {
        unsigned senders, helpers;
        const char *asked;
        unsigned queues;
        bool shared;
        unsigned one, other;
    } rows[] = {
        {1, 0, "", 1, false, 0, 0},      {1, 0, "5", 1, false, 0, 0},  {2, 0, "0-1", 2, false, 0, 0},
        {2, 0, "0,2", 2, true, 0, 2},    {2, 0, "0-1", 1, true, 0, 1}, {3, 0, "0,1,5", 4, true, 1, 5},
        {3, 0, "0,1,6", 4, false, 0, 0}, {2, 1, "0-3", 2, true, 1, 3}, {2, 1, "0,1,3,2", 2, false, 0, 0},
        {2, 0, "0,2", 3, false, 0, 0},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct error_text error;
        struct placement placement;
        unsigned one = 0, other = 0;

        cr_assert_eq(make(&placement, rows[row].senders, rows[row].helpers, rows[row].asked, "0-7", &error),
                     0);
        cr_expect_eq(placement_shared_queue(&placement, rows[row].queues, &one, &other), rows[row].shared,
                     "row %zu", row);
        if (rows[row].shared)
            cr_expect(one == rows[row].one && other == rows[row].other, "row %zu: %u, %u", row, one, other);
    }
}
