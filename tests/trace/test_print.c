// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/print.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "strategy/fake_network.h"
#include "trace/names.h"
#include "trace/path_json.h"

enum {
    JOBS = 2,
};

/* Paths through fake networks, and a printer that writes into memory. */
struct fixture {
    struct host hosts[JOBS];
    struct fake_network networks[JOBS];
    struct trace_job jobs[JOBS];
    struct trace_style style;
    struct printer printer;
    char *text;
    size_t length;
};

static struct fixture *start(const char *first, const char *second, unsigned queries)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    const char *const hops[] = {first, second};
    static char names[JOBS][8] = {"first", "second"};

    for (uint32_t i = 0; i < JOBS; i++) {
        const struct path_config config = {
            .owner = i,
            .target_address = IPV4(FAKE_TARGET),
            .flow = (uint16_t)i,
            .size = 60,
            .first_ttl = 1,
            .max_ttl = 30,
            .queries = queries,
            .window = 1,
            .gap_limit = 2,
            .patience = {.wait_ns = NS_PER_S},
            .rounds = 1,
        };

        fixture->hosts[i] = (struct host){.name = names[i], .source = IPV4(0x0a090909)};
        fixture->networks[i] = (struct fake_network){.hops = hops[i], .rtt_ns = 1234567, .now_ns = 1};
        fixture->jobs[i] = (struct trace_job){&fixture->hosts[i], path_create(&config)};
    }
    fixture->style = (struct trace_style){.protocol = "udp", .port = 33434};
    fixture->printer = (struct printer){
        .out = open_memstream(&fixture->text, &fixture->length),
        .style = &fixture->style,
        .jobs = fixture->jobs,
        .job_count = JOBS,
    };
    return fixture;
}

static void end(struct fixture *fixture)
{
    for (int i = 0; i < JOBS; i++)
        path_strategy(fixture->jobs[i].path)->ops->close(path_strategy(fixture->jobs[i].path));
    fclose(fixture->printer.out);
    free(fixture->text);
    free(fixture);
}

static void run(struct fixture *fixture, int job)
{
    fake_network_run(&fixture->networks[job], path_strategy(fixture->jobs[job].path), 1);
}

static const char *printed(struct fixture *fixture, uint64_t now_ns)
{
    printer_step(&fixture->printer, now_ns);
    fflush(fixture->printer.out);
    return fixture->text ? fixture->text : "";
}

static const char first_text[] = "traceroute to first (8.8.4.4), 30 hops max, 60 byte packets\n"
                                 " 1  10.0.0.1  1.234 ms  1.234 ms\n"
                                 " 2  * *\n"
                                 " 3  8.8.4.4  3.703 ms  3.703 ms\n";

Test(print, paths_come_one_after_the_other)
{
    struct fixture *fixture = start("r.T", "H", 2);

    cr_expect_str_eq(printed(fixture, 1), "traceroute to first (8.8.4.4), 30 hops max, 60 byte packets\n");
    run(fixture, 1);
    cr_expect_str_eq(printed(fixture, 1), "traceroute to first (8.8.4.4), 30 hops max, 60 byte packets\n");
    run(fixture, 0);
    const char *text = printed(fixture, 1);
    cr_expect_eq(strncmp(text, first_text, sizeof(first_text) - 1), 0, "%s", text);
    cr_expect_str_eq(text + sizeof(first_text) - 1,
                     "traceroute to second (8.8.4.4), 30 hops max, 60 byte packets\n"
                     " 1  10.0.0.1  1.234 ms !H  1.234 ms !H\n");
    cr_expect(printer_finished(&fixture->printer));
    end(fixture);
}

Test(print, lines_come_as_soon_as_all_before_them_are_known)
{
    struct fixture *fixture = start("r.T", "H", 1);
    struct strategy *strategy = path_strategy(fixture->jobs[0].path);
    unsigned lines[4] = {0};

    for (bool more = true; more;) {
        more = fake_network_step(&fixture->networks[0], strategy, 1);
        const char *text = printed(fixture, 1);
        unsigned count = 0;
        for (; (text = strchr(text, '\n')); text++)
            count++;
        cr_assert_leq(count, 4 + 1);
        if (count < 4)
            lines[count]++;
    }
    cr_expect(lines[1] && lines[2] && lines[3], "one by one");
    end(fixture);
}

Test(print, what_is_known_is_printed_at_the_end)
{
    struct fixture *fixture = start("r.T", "rrT", 2);

    /* The first waits for its second hop, the second for its first. */
    for (int i = 0; i < 3; i++)
        fake_network_step(&fixture->networks[0], path_strategy(fixture->jobs[0].path), 1);
    fake_network_step(&fixture->networks[1], path_strategy(fixture->jobs[1].path), 1);
    printed(fixture, 1);
    printer_give_up(&fixture->printer);
    cr_expect_str_eq(fixture->text, "traceroute to first (8.8.4.4), 30 hops max, 60 byte packets\n"
                                    " 1  10.0.0.1  1.234 ms  1.234 ms\n"
                                    " 2  * *\n"
                                    "traceroute to second (8.8.4.4), 30 hops max, 60 byte packets\n"
                                    " 1  * *\n");
    cr_expect(printer_finished(&fixture->printer));
    printer_give_up(&fixture->printer);
    end(fixture);
}

Test(print, paths_that_never_began_are_told_at_the_end)
{
    struct fixture *fixture = start("rT", "rT", 2);

    printer_give_up(&fixture->printer);
    fflush(fixture->printer.out);
    cr_expect_str_eq(fixture->text, "first was not probed\nsecond was not probed\n");
    end(fixture);
}

Test(print, flows_are_named_where_there_are_several)
{
    struct fixture *fixture = start("T", "T", 1);

    fixture->style.many_flows = true;
    run(fixture, 0);
    run(fixture, 1);
    cr_expect_str_eq(printed(fixture, 1),
                     "traceroute to first (8.8.4.4), 30 hops max, 60 byte packets, flow 0\n"
                     " 1  8.8.4.4  1.234 ms\n"
                     "traceroute to second (8.8.4.4), 30 hops max, 60 byte packets, flow 1\n"
                     " 1  8.8.4.4  1.234 ms\n");
    end(fixture);
}

static bool never(void *context, struct address address, char name[NAME_SIZE])
{
    (void)context;
    (void)address;
    (void)name;
    poll(NULL, 0, 200);
    return false;
}

/* A resolver that does not answer holds a line up for a while, the first longer than those that follow. */
Test(print, names_are_waited_for_a_little)
{
    struct fixture *fixture = start("rT", "T", 1);

    fixture->style.names = names_create(&(struct names_source){.lookup = never});
    run(fixture, 0);
    run(fixture, 1);
    cr_expect_null(strstr(printed(fixture, 1000), " 1 "));
    cr_expect_leq(printer_step(&fixture->printer, 1000), 1000 + NAMES_PATIENCE_NS);
    uint64_t until = printer_step(&fixture->printer, 1000);
    cr_expect_null(strstr(printed(fixture, until - 1), " 1 "));
    cr_expect_not_null(strstr(printed(fixture, until), " 1  10.0.0.1 (10.0.0.1)  1.234 ms\n"));
    cr_expect_leq(printer_step(&fixture->printer, until) - until, NS_PER_S / 10);
    while (!printer_finished(&fixture->printer))
        until = printer_step(&fixture->printer, until);
    names_destroy(fixture->style.names);
    fixture->style.names = NULL;
    end(fixture);
}

Test(path_json, holds_what_is_printed)
{
    struct fixture *fixture = start("r.T", "rr", 2);

    run(fixture, 0);
    json_t *path = path_json(&fixture->jobs[0], &fixture->style);
    cr_assert_not_null(path);
    cr_expect_str_eq(json_string_value(json_object_get(path, "target")), "8.8.4.4");
    cr_expect_str_eq(json_string_value(json_object_get(path, "name")), "first");
    cr_expect_str_eq(json_string_value(json_object_get(path, "source")), "10.9.9.9");
    cr_expect(json_is_true(json_object_get(path, "reached")));
    cr_expect(json_is_true(json_object_get(path, "complete")));
    json_t *hops = json_object_get(path, "hops");
    cr_assert_eq(json_array_size(hops), 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(json_array_size(json_array_get(hops, i)), 2);
    cr_expect(json_is_null(json_array_get(json_array_get(hops, 1), 0)));
    json_t *answer = json_array_get(json_array_get(hops, 2), 1);
    cr_expect_str_eq(json_string_value(json_object_get(answer, "responder")), "8.8.4.4");
    cr_expect_float_eq(json_real_value(json_object_get(answer, "rtt_ms")), 3.703, 1e-9);
    cr_expect_eq(json_integer_value(json_object_get(answer, "icmp_type")), 3);
    json_decref(path);

    /* One that was interrupted shows what was asked, and no more. */
    fake_network_step(&fixture->networks[1], path_strategy(fixture->jobs[1].path), 1);
    path = path_json(&fixture->jobs[1], &fixture->style);
    cr_assert_not_null(path);
    cr_expect(json_is_false(json_object_get(path, "complete")));
    cr_expect_eq(json_array_size(json_object_get(path, "hops")), 1);
    json_decref(path);
    end(fixture);
}
