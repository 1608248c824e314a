// SPDX-License-Identifier: GPL-2.0-or-later
#include "ping/ping_text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "table.h"

static char host_name[] = "www.example";

static const struct host host = {
    .name = host_name, .address = IPV4(0xc0000201), .source = IPV4(0xc0000202), .size = 84};
static const struct host host6 = {.name = host_name,
                                  .address = IPV6(0x20010db800000000, 1),
                                  .source = IPV6(0x20010db800000000, 2),
                                  .size = 104};
static const struct ping_config icmp = {.layout = {.layout = &layouts[LAYOUT_ICMP4]}};
static const struct ping_config tcp = {.layout = {.layout = &layouts[LAYOUT_TCP4_SYN], .port = 80}};

/* Three probes: 1.5 ms, 2.5 ms, none. */
static struct ping_target some_target(void)
{
    struct ping_target target = {.host = &host, .duplicates = 1};
    struct answer answer = {.solicited = true, .rtt_us = 1500};

    hop_stats_settled(&target.stats, 0, &answer);
    hop_stats_round_ended(&target.stats);
    answer.rtt_us = 2500;
    hop_stats_settled(&target.stats, 0, &answer);
    hop_stats_round_ended(&target.stats);
    hop_stats_settled(&target.stats, 0, NULL);
    hop_stats_round_ended(&target.stats);
    return target;
}

typedef void outcome_printer(FILE *out, const struct ping_config *config, const struct ping_target *target,
                             uint64_t sequence, enum ping_outcome outcome, const struct answer *answer);

static void print_among(FILE *out, const struct ping_config *config, const struct ping_target *target,
                        uint64_t sequence, enum ping_outcome outcome, const struct answer *answer)
{
    (void)config;
    ping_print_outcome_among(out, target, sequence, outcome, answer);
}

static void expect(const char *expected, outcome_printer *print, const struct ping_config *config,
                   enum ping_outcome outcome, const struct record *record)
{
    struct ping_target target = some_target();
    const struct answer answer = answer_of(record ? record : &(struct record){0});
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (record && !address_is_ipv4(record->responder))
        target.host = &host6;
    print(out, config, &target, 4, outcome, record ? &answer : NULL);
    fclose(out);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(ping_text, one_host)
{
    const struct record echo = {.responder = IPV4(0xc0000201), .reply_ttl = 57, .rtt_us = 12345};
    const struct record other = {.responder = IPV4(0xc0000207), .reply_ttl = 57, .rtt_us = 45};
    const struct record refused = {.responder = IPV4(0xc6336401), .icmp_type = 3, .icmp_code = 13};
    const struct record expired = {.responder = IPV4(0xc6336401), .icmp_type = 11};
    const struct record echo6 = {.responder = IPV6(0x20010db800000000, 1), .reply_ttl = 61, .rtt_us = 1234};
    const struct record errors6[] = {
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 1},
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 1, .icmp_code = 7},
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 2, .next_hop_mtu = 1280},
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 3},
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 3, .icmp_code = 1},
        {.responder = IPV6(0x20010db800000000, 9), .icmp_type = 4, .icmp_code = 1},
    };
    const struct record open = {
        .responder = IPV4(0xc0000201), .reply_ttl = 64, .rtt_us = 1, .flags = RECORD_SYN_ACK};
    struct ping_config numeric = icmp, reporting = icmp;

    numeric.numeric = true;
    reporting.report_lost = true;
    const struct {
        const char *expected;
        const struct ping_config *config;
        enum ping_outcome outcome;
        const struct record *record;
    } cases[] = {
        {"64 bytes from www.example (192.0.2.1): icmp_seq=5 ttl=57 time=12.345 ms\n", &icmp, PING_ANSWERED,
         &echo},
        {"64 bytes from 192.0.2.1: icmp_seq=5 ttl=57 time=12.345 ms\n", &numeric, PING_ANSWERED, &echo},
        {"64 bytes from 192.0.2.7: icmp_seq=5 ttl=57 time=0.045 ms (DUP!)\n", &icmp, PING_DUPLICATE, &other},
        {"From 198.51.100.1 icmp_seq=5 Packet filtered\n", &icmp, PING_REFUSED, &refused},
        {"From 198.51.100.1 icmp_seq=5 Time to live exceeded\n", &icmp, PING_REFUSED, &expired},
        {"SYN-ACK from www.example (192.0.2.1): tcp_seq=5 ttl=64 time=0.001 ms\n", &tcp, PING_ANSWERED,
         &open},
        {"64 bytes from www.example (2001:db8::1): icmp_seq=5 ttl=61 time=1.234 ms\n", &icmp, PING_ANSWERED,
         &echo6},
        {"From 2001:db8::9 icmp_seq=5 Destination unreachable: No route\n", &icmp, PING_REFUSED, &errors6[0]},
        {"From 2001:db8::9 icmp_seq=5 Destination unreachable: Error in source routing header\n", &icmp,
         PING_REFUSED, &errors6[1]},
        {"From 2001:db8::9 icmp_seq=5 Packet too big: mtu=1280\n", &icmp, PING_REFUSED, &errors6[2]},
        {"From 2001:db8::9 icmp_seq=5 Time exceeded: Hop limit\n", &icmp, PING_REFUSED, &errors6[3]},
        {"From 2001:db8::9 icmp_seq=5 Time exceeded: Defragmentation failure\n", &icmp, PING_REFUSED,
         &errors6[4]},
        {"From 2001:db8::9 icmp_seq=5 Parameter problem: Unknown header\n", &icmp, PING_REFUSED, &errors6[5]},
        {"", &icmp, PING_LOST, NULL},
        {"no answer for icmp_seq=5\n", &reporting, PING_LOST, NULL},
        {"no answer yet for icmp_seq=5\n", &reporting, PING_OPEN, NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        expect(cases[i].expected, ping_print_outcome, cases[i].config, cases[i].outcome, cases[i].record);
}

static void expect_begin(const char *expected, const struct ping_config *config, const struct host *of)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ping_print_begin(out, config, of);
    fclose(out);
    cr_expect_str_eq(text, expected);
    free(text);
}

/* As iputils begins: with names and without. */
Test(ping_text, begins)
{
    struct ping_config numeric = icmp;

    numeric.numeric = true;
    expect_begin("PING www.example (192.0.2.1) 56(84) bytes of data.\n", &icmp, &host);
    expect_begin("PING www.example (192.0.2.1) tcp port 80, 84 bytes\n", &tcp, &host);
    expect_begin("PING www.example(www.example (2001:db8::1)) 56 data bytes\n", &icmp, &host6);
    expect_begin("PING www.example(2001:db8::1) 56 data bytes\n", &numeric, &host6);
}

Test(ping_text, one_of_many)
{
    const struct record echo = {.responder = IPV4(0xc0000201), .rtt_us = 12345};

    expect("www.example : [4], 84 bytes, 12.345 ms (2.000 avg, 33% loss)\n", print_among, &icmp,
           PING_ANSWERED, &echo);
    expect("www.example : [4], timed out (2.000 avg, 33% loss)\n", print_among, &icmp, PING_LOST, NULL);
}

Test(ping_text, statistics)
{
    const struct ping_target target = some_target(), silent = {.host = &host, .stats = {.lost = 2}};
    struct ping_config alive = icmp;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    alive.alive = true;
    ping_print_end(out, &target, 2003 * NS_PER_MS);
    ping_print_end_among(out, &icmp, &target);
    ping_print_end_among(out, &icmp, &silent);
    ping_print_end_among(out, &alive, &target);
    ping_print_end_among(out, &alive, &silent);
    fclose(out);
    cr_expect_str_eq(text,
                     "\n--- www.example ping statistics ---\n"
                     "3 packets transmitted, 2 received, +1 duplicates, 33.33% packet loss, time 2003ms\n"
                     "rtt min/avg/max/mdev = 1.500/2.000/2.500/0.707 ms\n"
                     "www.example : xmt/rcv/%loss = 3/2/33%, min/avg/max = 1.500/2.000/2.500\n"
                     "www.example : xmt/rcv/%loss = 2/0/100%\n"
                     "www.example is alive (2.000 ms)\n"
                     "www.example is unreachable\n");
    free(text);
}

static void ignore(void *context, struct pinger *pinger, uint64_t sequence, enum ping_outcome outcome,
                   const struct answer *answer)
{
    (void)context, (void)pinger, (void)sequence, (void)outcome, (void)answer;
}

Test(ping_text, status_so_far)
{
    const struct pinger_config config = {.interval_ns = 1, .wait_ns = 1000, .observer = ignore};
    struct pinger *pinger = pinger_create(&config);
    struct ping_target target = some_target(), silent = {.host = &host, .pinger = pinger};
    struct probe probe;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    target.pinger = pinger;
    target.smoothed_us = 1625;
    ping_print_status(out, &silent, false);
    for (uint64_t now = 0; now < 4; now++)
        pinger_strategy(pinger)->ops->next(pinger_strategy(pinger), now, &probe, 1);
    ping_print_status(out, &silent, true);
    ping_print_status(out, &target, false);
    ping_print_time(out, 1795925337000651);
    fclose(out);
    cr_expect_str_eq(text, "0/0 packets, 0% loss\n"
                           "www.example : 0/4 packets, 100% loss\n"
                           "2/4 packets, 50% loss, min/avg/ewma/max = 1.500/2.000/1.625/2.500 ms\n"
                           "[1795925337.000651] ");
    free(text);
    pinger_strategy(pinger)->ops->close(pinger_strategy(pinger));
}

/* Lines about lost probes are for those who ask, and for those who ping many. */
Test(ping_text, what_is_shown)
{
    const struct hosts one = {.count = 1}, many = {.count = 2};
    struct ping_config config = {.hosts = &one};

    cr_expect(ping_outcome_is_shown(&config, PING_ANSWERED));
    cr_expect_not(ping_outcome_is_shown(&config, PING_LOST));
    config.report_lost = true;
    cr_expect(ping_outcome_is_shown(&config, PING_LOST));
    config = (struct ping_config){.hosts = &many};
    cr_expect(ping_outcome_is_shown(&config, PING_LOST));
}

Test(ping_text, json)
{
    const struct ping_target target = some_target(), silent = {.host = &host, .stats = {.lost = 2}};
    json_t *object = ping_json(&tcp, &target), *nothing = ping_json(&icmp, &silent);

    cr_assert_not_null(object);
    cr_assert_not_null(nothing);
    cr_expect_str_eq(json_string_value(json_object_get(object, "target")), "192.0.2.1");
    cr_expect_eq(json_integer_value(json_object_get(object, "port")), 80);
    cr_expect_eq(json_integer_value(json_object_get(object, "received")), 2);
    cr_expect_float_eq(json_real_value(json_object_get(object, "rtt_avg_ms")), 2.0, 1e-9);
    cr_expect_float_eq(json_real_value(json_object_get(object, "jitter_ms")), 1.0, 1e-9);
    cr_expect(json_is_null(json_object_get(nothing, "port")));
    cr_expect(json_is_null(json_object_get(nothing, "rtt_min_ms")));
    cr_expect_float_eq(json_real_value(json_object_get(nothing, "loss")), 1.0, 1e-9);
    json_decref(object);
    json_decref(nothing);
}

/* Names are what somebody gave: an object is whole whatever they hold. */
Test(ping_text, json_of_any_name)
{
    static char name[] = "a\x1b]0;b\x07\xff\xc2\x9b\x7f b\xc3\xbc\"";
    static const struct host strange = {.name = name, .address = IPV4(1)};
    const struct ping_target target = {.host = &strange};
    json_t *object = ping_json(&icmp, &target);

    cr_assert_str_eq(json_string_value(json_object_get(object, "name")),
                     "a\\x1b]0;b\\x07\\xff\\xc2\\x9b\\x7f b\xc3\xbc\"");
    json_decref(object);
}
