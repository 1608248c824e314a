// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects are put together here by what writes all objects of warts; scamper's own where HOPWIRE_CORPUS has some. */
#include "output/warts_tracelb.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "output/results.h"

enum {
    LINKS = 2,
    PROBES = 3, /* of each link, the last of which is not answered */
    REPLIES = LINKS * (PROBES - 1),
};

#define TARGET  IPV4(0x08080808)
#define SENT_US 1700000000000000ULL

struct building {
    struct bytes out;
    struct warts_addresses addresses;
};

static void put(struct building *building, struct warts_parameters *parameters)
{
    warts_put_parameters(&building->out, parameters);
    bytes_free(&parameters->values);
}

static void put_node(struct building *building, struct address address)
{
    struct warts_parameters p = {0};

    warts_u16(&p, 3, 1);
    warts_address(&p, 5, address, &building->addresses);
    put(building, &p);
}

static void put_reply(struct building *building, struct address from, uint64_t received_us)
{
    static const uint32_t label = 19201U << 12 | 1 << 8 | 1;
    struct warts_parameters p = {0};

    warts_time(&p, 1, received_us);
    warts_u16(&p, 2, 77);
    warts_u8(&p, 3, 62);
    warts_u16(&p, 5, 0x0b00);
    warts_extensions(&p, 7, &label, 1, NULL, 0);
    warts_u8(&p, 8, 2);
    warts_address(&p, 11, from, &building->addresses);
    put(building, &p);
}

static void put_link(struct building *building, unsigned link)
{
    struct warts_parameters p = {0};

    warts_u16(&p, 1, (uint16_t)link);
    warts_u16(&p, 2, (uint16_t)(link + 1));
    warts_u8(&p, 3, 1);
    put(building, &p);
    p = (struct warts_parameters){0};
    warts_u16(&p, 1, PROBES);
    put(building, &p);
    for (unsigned probe = 0; probe < PROBES; probe++) {
        p = (struct warts_parameters){0};
        warts_time(&p, 1, SENT_US + probe);
        warts_u16(&p, 2, (uint16_t)(33435 + probe));
        warts_u8(&p, 3, (uint8_t)(2 + link));
        warts_u8(&p, 4, 0);
        warts_u16(&p, 5, probe + 1 < PROBES);
        put(building, &p);
        if (probe + 1 < PROBES)
            put_reply(building, IPV4(0x0a000002 + link), SENT_US + probe + 1500);
    }
}

static struct bytes build(void)
{
    static struct building building;
    struct warts_parameters p = {0};

    building = (struct building){0};
    warts_u16(&p, 6, 40000);
    warts_u16(&p, 7, 33435);
    warts_u16(&p, 8, 44);
    warts_u8(&p, 9, 1);
    warts_u16(&p, 16, LINKS + 1);
    warts_u16(&p, 17, LINKS);
    warts_address(&p, 21, IPV4(0xc6120002), &building.addresses);
    warts_address(&p, 22, TARGET, &building.addresses);
    put(&building, &p);
    for (unsigned node = 0; node <= LINKS; node++)
        put_node(&building, IPV4(0x0a000001 + node));
    for (unsigned link = 0; link < LINKS; link++)
        put_link(&building, link);
    cr_assert_not(building.out.failed);
    return building.out;
}

static unsigned read_object(const uint8_t *bytes, size_t length, struct record records[REPLIES],
                            bool *damaged)
{
    static struct warts_tracelb tracelb;
    struct warts_source source = {.at = bytes, .end = bytes + length};
    struct record record = column_empty_record();
    unsigned count = 0;

    warts_tracelb_begin(&tracelb, &source);
    for (; warts_tracelb_next(&tracelb, &source, &record); record = column_empty_record(), count++)
        if (count < REPLIES)
            records[count] = record;
    *damaged = source.damaged;
    return count;
}

Test(warts_tracelb, a_record_for_each_reply)
{
    struct bytes object = build();
    struct record records[REPLIES];
    bool damaged;

    cr_assert_eq(read_object(object.data, object.length, records, &damaged), REPLIES);
    cr_expect_not(damaged);
    for (unsigned i = 0; i < REPLIES; i++) {
        unsigned link = i / (PROBES - 1), probe = i % (PROBES - 1);

        cr_expect(address_equal(records[i].responder, IPV4(0x0a000002 + link)));
        cr_expect(address_equal(records[i].target_address, TARGET));
        cr_expect(address_equal(records[i].source, IPV4(0xc6120002)));
        cr_expect_eq(records[i].flow, 33435 + probe);
        cr_expect_eq(records[i].dst_port, 33435 + probe);
        cr_expect_eq(records[i].src_port, 40000);
        cr_expect_eq(records[i].protocol, 17);
        cr_expect_eq(records[i].probe_ttl, 2 + link);
        cr_expect_eq(records[i].rtt_us, 1500);
        cr_expect_eq(records[i].time_us, SENT_US + probe + 1500);
        cr_expect_eq(records[i].icmp_type, 11);
        cr_expect_eq(records[i].quoted_ttl, 2);
        cr_expect_eq(records[i].label_count, 1);
    }
    bytes_free(&object);
}

/* Cut anywhere, and each byte spoilt: what is not there is not made up, and reading ends. The sanitizers look on. */
Test(warts_tracelb, survives_damage)
{
    struct bytes object = build();
    struct record records[REPLIES];
    bool damaged;

    for (size_t length = 0; length < object.length; length++) {
        uint8_t *cut = malloc(length ? length : 1);

        memcpy(cut, object.data, length);
        cr_expect_leq(read_object(cut, length, records, &damaged), REPLIES);
        cr_expect(damaged, "%zu bytes", length);
        free(cut);
    }
    for (size_t i = 0; i < object.length; i++)
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            object.data[i] ^= (uint8_t)bit;
            cr_expect_leq(read_object(object.data, object.length, records, &damaged), object.length);
            object.data[i] ^= (uint8_t)bit;
        }
    bytes_free(&object);
}

static unsigned count_records(const char *folder, const char *name, struct record *first)
{
    const struct column_list usual = column_list_default();
    char path[PATH_MAX];
    struct error_text error = {""};
    struct results *results;
    struct record record;
    unsigned count = 0;

    snprintf(path, sizeof(path), "%s/warts/%s", folder, name);
    cr_assert_eq(results_open(&results, path, &usual, &error), 0, "%s", error.text);
    for (; results_next(results, &record, &error) == 1; count++)
        if (!count)
            *first = record;
    cr_expect_eq(results_passed(results), 0);
    results_close(results);
    return count;
}

/* Against scamper's own text beside them. */
Test(warts_tracelb, what_scamper_wrote)
{
    const char *folder = getenv("HOPWIRE_CORPUS");
    struct record first;

    if (!folder || !*folder)
        cr_skip_test("HOPWIRE_CORPUS names no folder with warts");
    cr_expect_eq(count_records(folder, "tracelb_google_dns_v6_default.warts", &first), 113);
    cr_expect_eq(count_records(folder, "tracelb_google_dns_v4_default.warts", &first), 65);
    cr_expect(address_equal(first.target_address, TARGET));
}
