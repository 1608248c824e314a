// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/probe_line.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "table.h"

static const char *read_line(const char *text, struct probe_line *out)
{
    return probe_line_read(text, strlen(text), out);
}

Test(probe_line, lines_as_caracal_reads_them)
{
    static const struct {
        const char *text;
        struct address target_address;
        uint16_t source_port, port;
        uint8_t ttl, protocol;
        uint32_t flow_label, wait_us;
    } cases[] = {
        {"8.8.8.8,24000,33434,32,icmp", IPV4(0x08080808), 24000, 33434, 32, 1, 0, 0},
        {"::ffff:8.8.4.4,0,65535,255,udp", IPV4(0x08080404), 0, 65535, 255, 17, 0, 0},
        {"::FFFF:808:404,0,65535,0,udp", IPV4(0x08080404), 0, 65535, 0, 17, 0, 0},
        {"134744072,1,2,3,udp", IPV4(0x08080808), 1, 2, 3, 17, 0, 0},
        {"2001:4860:4860::8888,24000,0,1,icmp6", IPV6(0x2001486048600000, 0x8888), 24000, 0, 1, 58, 0, 0},
        {"2001:4860:4860::8888,24000,0,1,icmp", IPV6(0x2001486048600000, 0x8888), 24000, 0, 1, 58, 0, 0},
        {"2001:db8::1,1,2,3,udp,1048575", IPV6(0x20010db800000000, 1), 1, 2, 3, 17, 0xfffff, 0},
        {"192.0.2.1,1,2,3,udp,0,250", IPV4(0xc0000201), 1, 2, 3, 17, 0, 250},
        {"192.0.2.1,1,2,3,udp\r", IPV4(0xc0000201), 1, 2, 3, 17, 0, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe_line line;
        const struct probe *probe = &line.probe;

        cr_assert_null(read_line(cases[i].text, &line), "%s", cases[i].text);
        cr_expect(address_equal(probe->target_address, cases[i].target_address), "%s", cases[i].text);
        cr_expect_eq(probe->query, cases[i].source_port, "%s", cases[i].text);
        cr_expect_eq(probe->flow, cases[i].port, "%s", cases[i].text);
        cr_expect_eq(probe->ttl, cases[i].ttl, "%s", cases[i].text);
        cr_expect_eq(given_protocol(probe), cases[i].protocol, "%s", cases[i].text);
        cr_expect_eq(probe->owner & 0xfffff, cases[i].flow_label, "%s", cases[i].text);
        cr_expect_eq(line.wait_us, cases[i].wait_us, "%s", cases[i].text);
    }
}

Test(probe_line, what_is_wrong_is_said)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "address"},
        {"dst_addr,src_port,dst_port,ttl,protocol", "address"},
        {"8.8.8,1,2,3,udp", "address"},
        {"8.8.8.256,1,2,3,udp", "address"},
        {"8.8.8.8 ,1,2,3,udp", "address"},
        {"4294967296,1,2,3,udp", "address"},
        {"99999999999999999999999999,1,2,3,udp", "address"},
        {"2001:db8::12345,1,2,3,udp", "address"},
        {"8.8.8.8", "port"},
        {"8.8.8.8,65536,2,3,udp", "port"},
        {"8.8.8.8,1,,3,udp", "port"},
        {"8.8.8.8,1,-2,3,udp", "port"},
        {"8.8.8.8,1,2,256,udp", "TTL"},
        {"8.8.8.8,1,2", "TTL"},
        {"8.8.8.8,1,2,3", "protocol"},
        {"8.8.8.8,1,2,3,tcp", "protocol"},
        {"8.8.8.8,1,2,3,icmp6", "protocol"},
        {"8.8.8.8,1,2,3,UDP", "protocol"},
        {"8.8.8.8,1,2,3,udp,", "after"},
        {"8.8.8.8,1,2,3,udp,1048576", "after"},
        {"8.8.8.8,1,2,3,udp,0,1x", "after"},
        {"8.8.8.8,1,2,3,udp,0,1,2", "after"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe_line line;
        const char *why = read_line(cases[i].text, &line);

        cr_assert_not_null(why, "%s", cases[i].text);
        cr_expect(strstr(why, cases[i].says), "%s: %s", cases[i].text, why);
    }
}
