// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/frame.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "table.h"

static const struct frame_config plain = {
    .layout = {&layouts[LAYOUT_UDP4], {0x0123456789abcdefULL, 0xfedcba9876543210ULL}, UDP4_PORT},
    .source = IPV4(0xc6120002),
    .source_mac = {0x02, 0x11, 0x12, 0x13, 0x14, 0x15},
    .next_hop_mac = {0x02, 0x21, 0x22, 0x23, 0x24, 0x25},
    .vlan = FRAME_NO_VLAN,
};

static struct frame_config with_vlan(uint16_t vlan)
{
    struct frame_config config = plain;

    config.vlan = vlan;
    return config;
}

static struct frame_config with_layout(size_t number)
{
    struct frame_config config = plain;

    config.layout = layout_choose(&layouts[number], plain.layout.key);
    return config;
}

/* IEEE 802.3: preamble 8, at least 60 bytes, FCS 4, gap 12. */
static unsigned counted_by_hand(unsigned ttl, bool vlan)
{
    unsigned ethernet = vlan ? 18 : 14, ip = 20, udp = 8, payload = 1 + ttl;
    unsigned bytes = ethernet + ip + udp + payload;

    return 8 + (bytes > 60 ? bytes : 60) + 4 + 12;
}

Test(frame, wire_bytes_of_every_ttl)
{
    for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++) {
        cr_expect_eq(frame_wire_bytes(&layouts[LAYOUT_UDP4], ttl, false), counted_by_hand(ttl, false),
                     "TTL %u", ttl);
        cr_expect_eq(frame_wire_bytes(&layouts[LAYOUT_UDP4], ttl, true), counted_by_hand(ttl, true),
                     "TTL %u, VLAN", ttl);
    }
}

/* The longest probes that still fit the smallest frame, and those next to them. */
Test(frame, wire_bytes_at_the_edges)
{
    static const struct {
        unsigned ttl;
        bool vlan;
        unsigned bytes;
    } cases[] = {{1, false, 84}, {17, false, 84},  {18, false, 85}, {1, true, 84},   {13, true, 84},
                 {14, true, 85}, {64, false, 131}, {64, true, 135}, {32, false, 99}, {32, true, 103}};

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(frame_wire_bytes(&layouts[LAYOUT_UDP4], cases[i].ttl, cases[i].vlan), cases[i].bytes,
                     "TTL %u%s", cases[i].ttl, cases[i].vlan ? ", VLAN" : "");
}

Test(frame, ethernet_header_without_a_tag)
{
    static const uint8_t expected[] = {0x02, 0x21, 0x22, 0x23, 0x24, 0x25, 0x02,
                                       0x11, 0x12, 0x13, 0x14, 0x15, 0x08, 0x00};
    struct frame_template template;

    frame_template_init(&template, &plain);
    cr_assert_eq(template.ethernet_length, sizeof(expected));
    cr_expect_arr_eq(template.ethernet, expected, sizeof(expected));
}

Test(frame, ethernet_header_with_a_tag)
{
    static const uint16_t tags[] = {0, 1, 100, 4094};

    for (size_t i = 0; i < COUNT(tags); i++) {
        struct frame_config config = with_vlan(tags[i]);
        struct frame_template template;

        frame_template_init(&template, &config);
        cr_assert_eq(template.ethernet_length, 18);
        cr_expect_arr_eq(template.ethernet, config.next_hop_mac, 6);
        cr_expect_arr_eq(template.ethernet + 6, config.source_mac, 6);
        cr_expect_eq(load_be16(template.ethernet + 12), 0x8100);
        cr_expect_eq(load_be16(template.ethernet + 14), tags[i]);
        cr_expect_eq(load_be16(template.ethernet + 16), 0x0800);
    }
}

/* Whatever stood in the buffer before, and whichever probe: header, probe, nothing else touched. */
static void expect_frame(const struct frame_config *config, struct probe probe)
{
    const struct layout *layout = config->layout.layout;
    uint8_t frame[FRAME_MAX_LENGTH], ip[LAYOUT_LONGEST];
    const uint32_t now_us = 0x89abcdef;
    struct frame_template template;

    frame_template_init(&template, config);
    memset(frame, 0xee, sizeof(frame));
    frame_prepare(&template, frame);
    unsigned length = frame_craft(&template, &probe, now_us, frame);

    layout->prepare(&template.probe, ip);
    unsigned ip_length = layout->craft(&template.probe, &probe, now_us, ip);
    cr_assert_eq(length, template.ethernet_length + ip_length);
    cr_assert_leq(length, FRAME_MAX_LENGTH);
    cr_assert_arr_eq(frame, template.ethernet, template.ethernet_length);
    cr_assert_arr_eq(frame + template.ethernet_length, ip, ip_length, "%s, TTL %u", layout->name, probe.ttl);
}

Test(frame, carries_the_probe_behind_its_header)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++) {
            struct frame_config config = with_layout(i);

            expect_frame(&config,
                         (struct probe){.target_address = IPV4(0x08080808), .flow = 3, .ttl = (uint8_t)ttl});
            config.vlan = 7;
            expect_frame(&config,
                         (struct probe){.target_address = IPV4(0x08080808), .flow = 3, .ttl = (uint8_t)ttl});
        }
}

Test(frame, has_the_ethertype_of_its_family)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        struct frame_config config = with_layout(i);
        uint16_t expected = layouts[i].family == FAMILY_IPV4 ? 0x0800 : 0x86dd;
        struct frame_template template;

        frame_template_init(&template, &config);
        cr_expect_eq(load_be16(template.ethernet + 12), expected, "%zu", i);
    }
}

static void expect_equal_probes(const struct frame_template *template, const struct probe *first,
                                const struct probe *second)
{
    const struct layout *layout = template->layout.layout;
    uint8_t used[FRAME_MAX_LENGTH], fresh[FRAME_MAX_LENGTH];

    frame_prepare(template, used);
    frame_prepare(template, fresh);
    frame_craft(template, first, 0x12345678, used);
    unsigned length = frame_craft(template, second, 0x9abcdef0, used);
    cr_assert_eq(frame_craft(template, second, 0x9abcdef0, fresh), length);
    cr_assert_arr_eq(used, fresh, length, "%s", layout->name);
    /* Longer again: the payload behind what is crafted is still zero. */
    length = frame_craft(template, first, 0x12345678, used);
    for (unsigned i = template->ethernet_length + layout->crafted; i < length; i++)
        cr_assert_eq(used[i], 0, "%s, byte %u", layout->name, i);
}

/* A buffer serves probe after probe: none may show what a longer one before it left behind. */
Test(frame, a_buffer_serves_again)
{
    const struct probe first = {.target_address = IPV4(0xdeadbeef), .flow = 255, .ttl = 64},
                       second = {.target_address = IPV4(0x01020304), .flow = 0, .ttl = 1};

    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        struct frame_config config = with_layout(i);
        struct frame_template template;

        frame_template_init(&template, &config);
        expect_equal_probes(&template, &first, &second);
    }
}

static const char contact[] = "noc@example.org, see www.example.org/probes";

/* As the checksum of a transport's words, pseudo-header included, comes out where it is true (RFC 1071). */
static uint16_t sum_of_transport(const uint8_t *ip, unsigned length, const struct layout *layout)
{
    bool ipv4 = layout->family == FAMILY_IPV4;
    unsigned header = ipv4 ? IPV4_HEADER : IPV6_HEADER, addresses = ipv4 ? IPV4_SOURCE : IPV6_SOURCE;
    uint32_t sum = 0;

    if (layout->protocol != PROTOCOL_ICMP)
        sum = layout->protocol + length - header;
    for (unsigned i = layout->protocol == PROTOCOL_ICMP ? header : addresses; i < length; i++)
        sum += i % 2 ? ip[i] : (uint32_t)ip[i] << 8;
    return checksum_fold(sum);
}

/* What is said in the payload changes no byte but those of the payload, whatever the length: not what routers
 * hash, nor what a quotation of 28 bytes tells. And the checksum is true. */
static void expect_contact(const struct layout *layout, uint8_t ttl)
{
    const struct probe probe = {.target_address = IPV4(0x08080808), .flow = 3, .ttl = ttl};
    struct frame_config config = with_layout((size_t)(layout - layouts));
    unsigned header = layout->family == FAMILY_IPV4 ? IPV4_HEADER : IPV6_HEADER;
    unsigned data = header + (layout->protocol == PROTOCOL_UDP ? UDP_HEADER : ICMP_HEADER);
    uint8_t plain_frame[FRAME_MAX_LENGTH], frame[FRAME_MAX_LENGTH], *ip = frame + ETHERNET_HEADER;
    struct frame_template template;
    struct probe read;

    frame_template_init(&template, &config);
    frame_prepare(&template, plain_frame);
    frame_craft(&template, &probe, 0x89abcdef, plain_frame);
    config.contact = contact;
    frame_template_init(&template, &config);
    cr_expect_eq(frame_changing(&template), layout->longest);
    frame_prepare(&template, frame);
    frame_craft(&template, &(struct probe){.target_address = IPV4(1), .ttl = 64}, 7, frame);
    unsigned length = frame_craft(&template, &probe, 0x89abcdef, frame) - ETHERNET_HEADER;

    cr_expect_arr_eq(frame, plain_frame, ETHERNET_HEADER + data, "%s, TTL %u", layout->name, ttl);
    cr_expect_arr_eq(ip + layout->crafted, contact, ttl - 1U < sizeof(contact) ? ttl - 1U : sizeof(contact));
    cr_expect_eq(length, layout->crafted + ttl - 1U);
    cr_expect_eq(sum_of_transport(ip, length, layout), 0xffff, "%s, TTL %u", layout->name, ttl);
    cr_expect(frame_probe(&template, frame, &read) && read.ttl == ttl && read.flow == 3);
}

Test(frame, says_whom_to_ask_where_there_is_room)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        for (uint8_t ttl = 1; layouts[i].longest > layouts[i].crafted && ttl <= PROBE_MAX_TTL; ttl++)
            expect_contact(&layouts[i], ttl);
}

/* What waited is sent as of now, and is the same probe all the same; a buffer without one stays as it is. */
Test(frame, renews_the_probe_that_it_holds)
{
    const struct probe probe = {.target_address = IPV4(0xdeadbeef), .flow = 2, .ttl = 12};

    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        struct frame_config config = with_layout(i);
        uint8_t held[FRAME_MAX_LENGTH], empty[FRAME_MAX_LENGTH], fresh[FRAME_MAX_LENGTH];
        struct frame_template template;

        frame_template_init(&template, &config);
        frame_prepare(&template, held);
        frame_prepare(&template, empty);
        frame_prepare(&template, fresh);
        frame_craft(&template, &probe, 1000, held);
        frame_renew(&template, 2000, held);
        unsigned length = frame_craft(&template, &probe, 2000, fresh);
        cr_expect_arr_eq(held, fresh, length, "%s", layouts[i].name);
        frame_prepare(&template, fresh);
        frame_renew(&template, 2000, empty);
        cr_expect_arr_eq(empty, fresh, layouts[i].longest, "%s", layouts[i].name);
    }
}
