// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/stream.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "table.h"
#include "target/prefix_list.h"

#define LINGER_NS NS_PER_S

struct fixture {
    int reader, writer;
    struct stream *stream;
    struct strategy *strategy;
    uint64_t refused_line;
};

static void note_refused(void *context, uint64_t line, const char *text, size_t length, const char *why)
{
    (void)text, (void)length, (void)why;
    ((struct fixture *)context)->refused_line = line;
}

static void start_as(struct fixture *fixture, struct stream_config config)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    *fixture = (struct fixture){.reader = ends[0], .writer = ends[1]};
    config.input = ends[0];
    config.linger_ns = LINGER_NS;
    config.max_ttl = config.max_ttl ? config.max_ttl : 255;
    config.copies = config.copies ? config.copies : 1;
    config.ipv4 = true;
    config.refused = note_refused;
    config.context = fixture;
    fixture->stream = stream_create(&config);
    cr_assert_not_null(fixture->stream);
    fixture->strategy = stream_strategy(fixture->stream);
}

static void start(struct fixture *fixture)
{
    start_as(fixture, (struct stream_config){0});
}

static void finish(struct fixture *fixture)
{
    fixture->strategy->ops->close(fixture->strategy);
    close(fixture->reader);
    if (fixture->writer >= 0)
        close(fixture->writer);
}

static void say(struct fixture *fixture, const char *text)
{
    cr_assert_eq(write(fixture->writer, text, strlen(text)), (ssize_t)strlen(text));
}

static void end_input(struct fixture *fixture)
{
    close(fixture->writer);
    fixture->writer = -1;
}

/* The TTLs of what is due at `now`, of at most `most` probes, as text. */
static const char *ask(struct fixture *fixture, uint64_t now, size_t most)
{
    static char text[256];
    struct probe probes[16];
    size_t count = fixture->strategy->ops->next(fixture->strategy, now, probes, most);
    char *p = text;

    *p = '\0';
    for (size_t i = 0; i < count; i++)
        p += sprintf(p, "%s%u", i ? " " : "", probes[i].ttl);
    return text;
}

static uint64_t next_due(const struct fixture *fixture)
{
    return fixture->strategy->ops->next_due(fixture->strategy, 0);
}

static bool is_done(const struct fixture *fixture)
{
    return fixture->strategy->ops->done(fixture->strategy);
}

Test(stream, probes_leave_as_they_come)
{
    struct fixture fixture;

    start(&fixture);
    cr_expect_str_empty(ask(&fixture, 1, 16));
    cr_expect(stream_waits(fixture.stream));
    cr_expect_eq(next_due(&fixture), UINT64_MAX, "the input wakes us, no clock");
    say(&fixture, "10.0.0.1,1,2,7,udp\n10.0.0.1,1,2,8,udp\n10.0.0.1,1,2,9,u");
    cr_expect_str_eq(ask(&fixture, 2, 1), "7");
    cr_expect_not(stream_waits(fixture.stream));
    cr_expect_leq(next_due(&fixture), 2);
    cr_expect_str_eq(ask(&fixture, 3, 16), "8");
    cr_expect(stream_waits(fixture.stream));
    say(&fixture, "dp\n");
    cr_expect_str_eq(ask(&fixture, 4, 16), "9");
    cr_expect_not(is_done(&fixture));
    finish(&fixture);
}

Test(stream, it_lasts_until_the_answers_have_come)
{
    struct fixture fixture;

    start(&fixture);
    say(&fixture, "10.0.0.1,1,2,7,udp\n10.0.0.1,1,2,8,udp");
    end_input(&fixture);
    cr_expect_str_eq(ask(&fixture, 5, 16), "7 8");
    cr_expect_not(stream_waits(fixture.stream));
    cr_expect_leq(next_due(&fixture), 5);
    cr_expect_str_empty(ask(&fixture, 6, 16));
    cr_expect_eq(next_due(&fixture), 6 + LINGER_NS);
    cr_expect_str_empty(ask(&fixture, 5 + LINGER_NS, 16));
    cr_expect_not(is_done(&fixture));
    cr_expect_str_empty(ask(&fixture, 6 + LINGER_NS, 16));
    cr_expect(is_done(&fixture));
    finish(&fixture);
}

Test(stream, what_is_not_wanted_now_is_not_read)
{
    struct fixture fixture;
    char rest[64];

    start(&fixture);
    say(&fixture, "10.0.0.1,1,2,7,udp\n");
    cr_expect_str_empty(ask(&fixture, 1, 0));
    cr_expect_eq(read(fixture.reader, rest, sizeof(rest)), 19);
    finish(&fixture);
}

Test(stream, lines_that_are_no_probes_are_told_and_passed_over)
{
    struct fixture fixture;

    start(&fixture);
    say(&fixture, "10.0.0.1,1,2,7,udp\n\nprobes\n10.0.0.1,1,2,8,udp\n");
    cr_expect_str_eq(ask(&fixture, 1, 16), "7 8");
    cr_expect_eq(fixture.refused_line, 3);
    cr_expect_eq(stream_counters(fixture.stream)->refused, 1);
    cr_expect_eq(stream_counters(fixture.stream)->read, 2);
    finish(&fixture);
}

/* Longer than what is read at once; written by pieces, since no pipe holds it. */
Test(stream, a_line_without_an_end_is_one_line)
{
    struct fixture fixture;
    char piece[4097];

    start(&fixture);
    memset(piece, 'x', sizeof(piece) - 1);
    piece[sizeof(piece) - 1] = '\0';
    for (int i = 0; i < 50; i++) {
        say(&fixture, piece);
        cr_expect_str_empty(ask(&fixture, 1, 16));
    }
    say(&fixture, "\n10.0.0.1,1,2,8,udp\n???\n");
    cr_expect_str_eq(ask(&fixture, 2, 16), "8");
    cr_expect_str_empty(ask(&fixture, 2, 16));
    cr_expect_eq(stream_counters(fixture.stream)->refused, 2);
    cr_expect_eq(fixture.refused_line, 3);
    finish(&fixture);
}

/* As where a file of another format is given: what else there is to do has its turn. */
Test(stream, a_call_reads_so_much_at_most)
{
    enum { LINES = 1 << 20 };
    struct fixture fixture;
    FILE *file = tmpfile();

    cr_assert_not_null(file);
    for (int i = 0; i < LINES; i++)
        fputs("?\n", file);
    rewind(file);
    start(&fixture);
    cr_assert_eq(dup2(fileno(file), fixture.reader), fixture.reader);
    cr_expect_str_empty(ask(&fixture, 1, 16));
    cr_expect_lt(stream_counters(fixture.stream)->refused, LINES / 2);
    cr_expect(stream_waits(fixture.stream));
    for (int i = 0; i < LINES && !is_done(&fixture); i++)
        cr_expect_str_empty(ask(&fixture, 1 + (uint64_t)i * NS_PER_S, 16));
    cr_expect_eq(stream_counters(fixture.stream)->refused, LINES);
    fclose(file);
    finish(&fixture);
}

Test(stream, copies_and_their_bound)
{
    struct fixture fixture;

    start_as(&fixture, (struct stream_config){.copies = 3, .most = 5});
    say(&fixture, "10.0.0.1,1,2,7,udp\n10.0.0.1,1,2,8,udp\n10.0.0.1,1,2,9,udp\n");
    cr_expect_str_eq(ask(&fixture, 1, 2), "7 7");
    cr_expect_str_eq(ask(&fixture, 1, 16), "7 8 8");
    cr_expect_str_empty(ask(&fixture, 2, 16));
    cr_expect_not(stream_waits(fixture.stream));
    cr_expect_str_empty(ask(&fixture, 2 + LINGER_NS, 16));
    cr_expect(is_done(&fixture), "the input goes on, and is not wanted");
    finish(&fixture);
}

Test(stream, a_line_may_ask_for_a_pause)
{
    struct fixture fixture;

    start(&fixture);
    say(&fixture, "10.0.0.1,1,2,7,udp,0,50\n10.0.0.1,1,2,8,udp\n");
    cr_expect_str_eq(ask(&fixture, 1, 16), "7");
    cr_expect_eq(next_due(&fixture), 1 + 50 * NS_PER_US);
    cr_expect_str_empty(ask(&fixture, 50 * NS_PER_US, 16));
    cr_expect_str_eq(ask(&fixture, 1 + 50 * NS_PER_US, 16), "8");
    finish(&fixture);
}

static struct address_set *set_of(const char *text)
{
    struct prefix_list list = {0};
    struct error_text error;

    cr_assert_eq(prefix_list_add_text(&list, text, "test", &error), 0);
    struct address_set *set = address_set_create(&list);
    prefix_list_free(&list);
    cr_assert_not_null(set);
    return set;
}

Test(stream, filters_count_what_they_stop)
{
    struct address_set *excluded = set_of("10.0.1.0/24"), *included = set_of("10.0.0.0/16");
    struct fixture fixture;

    start_as(&fixture,
             (struct stream_config){.min_ttl = 3, .max_ttl = 9, .excluded = excluded, .included = included});
    say(&fixture, "10.0.0.1,1,2,2,udp\n10.0.0.1,1,2,3,udp\n10.0.0.1,1,2,9,udp\n10.0.0.1,1,2,10,udp\n"
                  "10.0.1.1,1,2,5,udp\n10.1.0.1,1,2,6,udp\n2001:db8::1,1,2,7,udp\n");
    cr_expect_str_eq(ask(&fixture, 1, 16), "3 9");
    const struct stream_counters *counters = stream_counters(fixture.stream);
    cr_expect_eq(counters->read, 7);
    cr_expect_eq(counters->low_ttl, 1);
    cr_expect_eq(counters->high_ttl, 1);
    cr_expect_eq(counters->excluded, 1);
    cr_expect_eq(counters->not_included, 2);
    finish(&fixture);
    address_set_destroy(excluded);
    address_set_destroy(included);
}

Test(stream, a_family_that_cannot_be_sent_is_counted)
{
    struct fixture fixture;

    start(&fixture);
    say(&fixture, "2001:db8::1,1,2,7,udp\n10.0.0.1,1,2,8,udp\n");
    cr_expect_str_eq(ask(&fixture, 1, 16), "8");
    cr_expect_eq(stream_counters(fixture.stream)->no_family, 1);
    finish(&fixture);
}
