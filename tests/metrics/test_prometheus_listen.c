// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics/prometheus_listen.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "addresses.h"
#include "table.h"

Test(prometheus_listen, addresses)
{
    static const struct {
        const char *text;
        bool right;
        struct address address;
        uint16_t port;
    } cases[] = {
        {"9464", true, IPV4(0x7f000001), 9464},
        {"0", true, IPV4(0x7f000001), 0},
        {"65535", true, IPV4(0x7f000001), 65535},
        {"192.0.2.1:80", true, IPV4(0xc0000201), 80},
        {"0.0.0.0:9464", true, IPV4(0), 9464},
        {"65536", false, ADDRESS_NONE, 0},
        {"", false, ADDRESS_NONE, 0},
        {":80", false, ADDRESS_NONE, 0},
        {"192.0.2.1", false, ADDRESS_NONE, 0},
        {"192.0.2.1:", false, ADDRESS_NONE, 0},
        {"192.0.2.1:-1", false, ADDRESS_NONE, 0},
        {"192.0.2.1:80x", false, ADDRESS_NONE, 0},
        {"192.0.2.256:80", false, ADDRESS_NONE, 0},
        {"[::1]:80", true, IPV6(0, 1), 80},
        {"[2001:db8::1]:9464", true, IPV6(0x20010db800000000, 1), 9464},
        {"[::]:9464", true, IPV6(0, 0), 9464},
        {"::1:80", false, ADDRESS_NONE, 0},
        {"[192.0.2.1]:80", false, ADDRESS_NONE, 0},
        {"[::1]", false, ADDRESS_NONE, 0},
        {"[::1:80", false, ADDRESS_NONE, 0},
        {"[]:80", false, ADDRESS_NONE, 0},
        {"localhost:80", false, ADDRESS_NONE, 0},
        {"a-host-name-that-is-long.example:80", false, ADDRESS_NONE, 0},
        {" 80", false, ADDRESS_NONE, 0},
        {"18446744073709551697", false, ADDRESS_NONE, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct socket_address address;

        cr_expect_eq(prometheus_listen_parse(cases[i].text, &address), cases[i].right, "'%s'", cases[i].text);
        if (!cases[i].right)
            continue;
        cr_expect(address_equal(socket_address_read(&address.any), cases[i].address), "%s", cases[i].text);
        cr_expect_eq(ntohs(address.ipv4.sin_port), cases[i].port, "%s",
                     cases[i].text); /* at the same place */
    }
}

Test(prometheus_listen, failures)
{
    struct socket_address address;

    cr_assert(prometheus_listen_parse("0", &address));
    int fd = prometheus_listen_open(&address);
    cr_assert_geq(fd, 0);
    cr_expect_neq(prometheus_listen_port(fd), 0);
    address.ipv4.sin_port = htons(prometheus_listen_port(fd));
    cr_expect_eq(prometheus_listen_open(&address), -EADDRINUSE);
    close(fd);
    cr_assert(prometheus_listen_parse("192.0.2.77:0", &address));
    cr_expect_eq(prometheus_listen_open(&address), -EADDRNOTAVAIL);
}
