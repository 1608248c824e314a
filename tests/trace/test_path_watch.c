// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "table.h"
#include "trace/path_watch.h"

enum {
    TARGET = 'T',
    RTT_US = 1000,
};

/* A round in letters: "AB.T" is A, B, silence, the target. Words are hops with several: "A BC T". 0 is the
 * address 0. */
static struct path_round round_of(const char *text)
{
    struct path_round round = {.first_ttl = 1, .queries = 1};
    bool several = strchr(text, ' ');

    for (unsigned ttl = 1; *text; ttl++) {
        struct round_hop *hop = &round.hops[ttl];

        round.length = ttl;
        do {
            if (*text == TARGET) {
                round.target_ttl = ttl;
                round.target_answers = 1;
                round.rtt_us = RTT_US * ttl;
            }
            if (*text != '.')
                hop->responders[hop->count++] = IPV4(*text == '0' ? 0 : *text);
            text++;
        } while (several && *text && *text != ' ');
        text += *text == ' ';
    }
    return round;
}

Test(path_watch, tells_of_changes)
{
    static const struct {
        const char *name;
        const char *rounds[8];
        unsigned changed[8]; /* the first TTL that differs; 0: no change */
    } cases[] = {
        {"the same", {"ABCT", "ABCT", "ABCT"}, {0, 0, 0}},
        {"silent hops and losses", {"A.CT", "ABCT", "A..T", "....", "A", "ABC.", "ABCT"}, {0}},
        {"another router", {"ABCT", "AXCT", "AXCT"}, {0, 2, 0}},
        {"another way", {"ABCDT", "AXYZT", "AXYZT"}, {0, 2, 0}},
        {"a shorter way", {"ABCDT", "ABT", "ABT"}, {0, 3, 0}},
        {"a shorter way where a hop was silent", {"AB.DT", "ABT", "ABT"}, {0, 3, 0}},
        {"a longer way", {"ABT", "ABCDT", "ABCDT"}, {0, 3, 0}},
        {"a longer way, silent in between", {"ABT", "AB..T", "AB..T", "ABCDT"}, {0, 3, 0, 0}},
        {"one move shows piece by piece", {"ABCDT", "AX...", "AXY..", "AXYZ.", "AXYZT"}, {0, 2, 0, 0, 0}},
        {"and the new distance with it", {"ABCT", "AX..", "AXYZT", "AXYZT", "AXYT"}, {0, 2, 0, 0, 4}},
        {"what was silent before the change does not move", {"ABCT", "..XT", "ADXT"}, {0, 3, 2}},
        {"nothing was known", {"....", "ABCT", "ABCT"}, {0, 0, 0}},
        {"balanced per packet", {"ABCT", "AXCT", "ABCT", "AXCT", "ABCT"}, {0, 2, 2, 0, 0}},
        {"seen to be balanced", {"A BX C T", "AXCT", "ABCT", "AYCT"}, {0, 0, 0, 0}},
        {"ways of unequal length", {"ABT", "ABCT", "ABT", "ABCT", "ABT"}, {0, 3, 3, 0, 0}},
        {"the address 0 is one like others", {"A0CT", "A.CT", "A0CT", "ABCT", "ABCT"}, {0, 0, 0, 2, 0}},
        {"a loop", {"ABCT", "ABABABAB"}, {0, 3}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct path_watch watch = {0};
        unsigned changes = 0;

        for (unsigned j = 0; j < COUNT(cases[i].rounds) && cases[i].rounds[j]; j++) {
            struct path_round round = round_of(cases[i].rounds[j]);
            struct path_change change;
            enum path_verdict verdict = path_watch_round(&watch, &round, &change);

            cr_expect_eq(verdict,
                         j == 0                ? PATH_FIRST
                         : cases[i].changed[j] ? PATH_CHANGED
                                               : PATH_SAME,
                         "%s, round %u", cases[i].name, j);
            cr_expect_eq(change.ttl, cases[i].changed[j], "%s, round %u: %u", cases[i].name, j, change.ttl);
            changes += verdict == PATH_CHANGED;
        }
        cr_expect_eq(watch.counters.changes, changes);
    }
}

static const char *letters(const struct told_hop *hops, unsigned length, char text[PROBE_MAX_TTL + 2])
{
    for (unsigned ttl = 1; ttl <= length; ttl++) {
        char letter = (char)address_ipv4(hops[ttl].responder);

        text[ttl - 1] = !hops[ttl].answered ? '.' : letter ? letter : '0';
    }
    text[length] = '\0';
    return text;
}

Test(path_watch, tells_before_and_after)
{
    static const struct {
        const char *rounds[5];
        const char *previous, *path;
    } cases[] = {
        {{"ABCT"}, "", "ABCT"},
        {{"ABCT", "AXCT"}, "ABCT", "AXCT"},
        {{"A.CT", ".B..", "..XT"}, "ABCT", "..XT"},
        {{"ABCT", "AB", "AXCT"}, "ABCT", "AXCT"},
        {{"ABT", "ABCDT"}, "ABT", "ABCDT"},
        {{"ABCDT", "ABT"}, "ABCDT", "ABT"},
        {{"ABCDT", "ABT", "AXT"}, "ABT", "AXT"},
        {{"A BC T", "AXT", "AXT"}, "ABT", "AXT"},
        {{"A.CT", "A0CT", "ABCT"}, "A0CT", "ABCT"},
        {{"ABCT", "A0CT"}, "ABCT", "A0CT"},
    };
    char text[PROBE_MAX_TTL + 2];

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct path_watch watch = {0};
        struct path_change change;

        for (unsigned j = 0; j < COUNT(cases[i].rounds) && cases[i].rounds[j]; j++) {
            struct path_round round = round_of(cases[i].rounds[j]);

            path_watch_round(&watch, &round, &change);
        }
        cr_expect_str_eq(letters(change.previous, change.previous_length, text), cases[i].previous, "%zu: %s",
                         i, text);
        cr_expect_str_eq(letters(change.path, change.length, text), cases[i].path, "%zu: %s", i, text);
    }
}

Test(path_watch, counts)
{
    static const char *const rounds[] = {"ABT", "AB.", "ABT", "AXXT"};
    struct path_watch watch = {0};
    struct path_change change;

    for (size_t i = 0; i < COUNT(rounds); i++) {
        struct path_round round = round_of(rounds[i]);

        round.queries = 3;
        path_watch_round(&watch, &round, &change);
    }
    cr_expect_eq(watch.counters.rounds, 4);
    cr_expect_eq(watch.counters.rounds_reached, 3);
    cr_expect_eq(watch.counters.changes, 1);
    cr_expect_eq(watch.counters.probes, 12);
    cr_expect_eq(watch.counters.lost, 9);
    cr_expect_eq(watch.counters.timed, 3);
    cr_expect_eq(watch.counters.rtt_sum_us, 10 * RTT_US);
    cr_expect_eq(watch.counters.rtt_us, 4 * RTT_US);
    cr_expect_eq(watch.counters.distance, 4);
}

Test(path_watch, records)
{
    static const char *const rounds[] = {"A.T", "AXT", "AYT", "A."};
    static const char *const expected[] = {
        "{\"time_ms\":1700000000000,\"target\":\"0.0.0.84\",\"name\":\"a "
        "\\\"host\\\"\",\"flow\":7,\"round\":1,"
        "\"changed_ttl\":null,\"first_ttl\":1,\"previous\":null,\"path\":[\"0.0.0.65\",null,\"0.0.0.84\"],"
        "\"reached\":true,\"rtt_ms\":3.0}",
        NULL,
        "{\"time_ms\":1700000000000,\"target\":\"0.0.0.84\",\"name\":\"a "
        "\\\"host\\\"\",\"flow\":7,\"round\":3,"
        "\"changed_ttl\":2,\"first_ttl\":1,\"previous\":[\"0.0.0.65\",\"0.0.0.88\",\"0.0.0.84\"],\"path\":"
        "[\"0.0.0.65\",\"0.0.0.89\",\"0.0.0.84\"],\"reached\":true,\"rtt_ms\":3.0}",
        NULL,
    };
    const struct watched_target target = {"a \"host\"", IPV4(TARGET), 7};
    struct path_watch watch = {0};

    for (size_t i = 0; i < COUNT(rounds); i++) {
        struct path_round round = round_of(rounds[i]);
        struct path_change change;
        enum path_verdict verdict = path_watch_round(&watch, &round, &change);

        cr_expect_eq(verdict == PATH_SAME, expected[i] == NULL);
        if (!expected[i])
            continue;
        json_t *record = path_change_json(&watch, &change, &target, 1700000000000U);
        cr_assert_not_null(record);
        char *text = json_dumps(record, JSON_COMPACT);
        cr_expect_str_eq(text, expected[i]);
        free(text);
        json_decref(record);
    }
    /* The record of a round in which the target was silent. */
    struct path_round round = round_of("B.");
    struct path_change change;
    cr_assert_eq(path_watch_round(&watch, &round, &change), PATH_CHANGED);
    json_t *record = path_change_json(&watch, &change, &target, 0);
    cr_expect(json_is_false(json_object_get(record, "reached")));
    cr_expect(json_is_null(json_object_get(record, "rtt_ms")));
    cr_expect_eq(json_array_size(json_object_get(record, "path")), 2);
    cr_expect_eq(json_array_size(json_object_get(record, "previous")), 3);
    json_decref(record);
}
