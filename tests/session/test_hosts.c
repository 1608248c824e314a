// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/hosts.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "addresses.h"
#include "host/link.h"
#include "host/own_address.h"
#include "host/two_hosts.h"
#include "table.h"

static const struct hosts_config usual;

/* Hosts on the near one of two hosts, which are all that there is; `path` leads to a file with the text. */
static void text_file(const char *text, size_t length, char path[64])
{
    int fd = memfd_create("hosts", 0);

    cr_assert_eq(write(fd, text, length), (ssize_t)length);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
}

Test(hosts, addresses_and_their_routes)
{
    static const struct {
        const char *name;
        int result;
        struct address address, source;
    } cases[] = {
        {"198.18.0.1", 0, FAR_ADDRESS, NEAR_ADDRESS},
        {"198.18.0.2", 0, NEAR_ADDRESS, NEAR_ADDRESS}, /* our own */
        {"198.18.1", 0, FAR_ADDRESS, NEAR_ADDRESS},    /* as inet_aton(3) reads it */
        {"8.8.8.8", -ENETUNREACH, ADDRESS_NONE, ADDRESS_NONE},
        {"256.1.1.1", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
        {"", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
        {"no.such.name.invalid", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
        {"2001:db8:12::1", 0, FAR_ADDRESS6, NEAR_ADDRESS6},
        {"2001:DB8:12:0::2", 0, NEAR_ADDRESS6, NEAR_ADDRESS6},
        {"::ffff:198.18.0.1", 0, FAR_ADDRESS, NEAR_ADDRESS}, /* which is IPv4 */
        {"2001:db8:99::1", -ENETUNREACH, ADDRESS_NONE, ADDRESS_NONE},
        {"2001:db8::g", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
        {"2001:db8::/32", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
        {"::", 0, {0, 1}, {0, 1}}, /* this host */
        {"0.0.0.0", 0, {0, 0xffff7f000001}, {0, 0xffff7f000001}},
        {"0", 0, {0, 0xffff7f000001}, {0, 0xffff7f000001}},
        {"fe80::1", -EINVAL, ADDRESS_NONE, ADDRESS_NONE},
        {"fe80::1%nowhere", -ENOENT, ADDRESS_NONE, ADDRESS_NONE},
    };
    struct two_hosts network;

    two_hosts_make(&network);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hosts hosts = {0};
        struct error_text error = {""};
        int result = hosts_add(&hosts, &usual, cases[i].name, &error);

        cr_expect_eq(result, cases[i].result, "%s: %d %s", cases[i].name, result, error.text);
        cr_expect_eq(error.text[0] != '\0', cases[i].result != 0, "%s", cases[i].name);
        if (result == 0) {
            cr_expect_str_eq(hosts.list[0].name, cases[i].name);
            cr_expect(address_equal(hosts.list[0].address, cases[i].address), "%s", cases[i].name);
            cr_expect(address_equal(hosts.list[0].source, cases[i].source), "%s", cases[i].name);
            cr_expect(address_equal(hosts.sources[hosts.list[0].lane], cases[i].source), "%s", cases[i].name);
        }
        hosts_free(&hosts);
    }
}

/* Many hosts would answer: only who says so means them. */
Test(hosts, broadcast_must_be_meant)
{
    static const struct {
        const char *name, *interface;
        bool is_broadcast, is_many;
    } cases[] = {
        {"198.18.0.1", NULL, false, false},    {"198.18.0.255", NULL, true, true},
        {"198.18.0.255", "near", true, true},  {"255.255.255.255", "near", true, true},
        {"127.255.255.255", NULL, true, true},
    };
    struct two_hosts network;

    two_hosts_make(&network);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hosts_config config = {.interface = cases[i].interface, .broadcast_hint = ": say so"};
        struct hosts hosts = {0};
        struct error_text error = {""};

        cr_expect_eq(hosts_add(&hosts, &config, cases[i].name, &error), cases[i].is_broadcast ? -EACCES : 0,
                     "%s: %s", cases[i].name, error.text);
        cr_expect_eq(strstr(error.text, ": say so") != NULL, cases[i].is_broadcast, "%s", error.text);
        hosts_free(&hosts);
        config.broadcast = true;
        cr_assert_eq(hosts_add(&hosts, &config, cases[i].name, &error), 0, "%s: %s", cases[i].name,
                     error.text);
        cr_expect_eq(hosts.list[0].is_broadcast, cases[i].is_broadcast, "%s", cases[i].name);
        cr_expect_eq(hosts.list[0].is_many, cases[i].is_many, "%s", cases[i].name);
        hosts_free(&hosts);
    }
}

Test(hosts, what_is_asked_for_is_kept)
{
    struct two_hosts network;
    struct hosts hosts = {0};
    struct error_text error;
    struct hosts_config config = {.ipv6 = true};
    char name[256];

    two_hosts_make(&network);
    cr_expect_eq(hosts_add(&hosts, &config, "198.18.0.1", &error), -EAFNOSUPPORT);
    cr_expect_str_eq(error.text, "198.18.0.1 has IPv4 addresses only, and -6 was given");
    config = (struct hosts_config){.ipv4 = true};
    cr_expect_eq(hosts_add(&hosts, &config, "2001:db8:12::1", &error), -EAFNOSUPPORT);
    cr_expect_str_eq(error.text, "2001:db8:12::1 has IPv6 addresses only, and -4 was given");
    config = (struct hosts_config){.interface = "nowhere"};
    cr_expect_eq(hosts_add(&hosts, &config, "198.18.0.1", &error), -ENODEV);
    cr_expect_not_null(strstr(error.text, "'nowhere'"));
    memset(name, 'x', 254);
    name[254] = '\0';
    cr_expect_eq(hosts_add(&hosts, &usual, name, &error), -ENOENT);
    hosts_free(&hosts);
    config = (struct hosts_config){.interface = "near", .sources.ipv4 = IPV4(0x01020304)};
    cr_assert_eq(hosts_add(&hosts, &config, "198.18.0.1", &error), 0);
    cr_expect(address_equal(hosts.list[0].source, IPV4(0x01020304)));
    cr_expect_eq(hosts.list[0].interface_index, network.near_index);
    cr_assert_eq(hosts_add(&hosts, &config, "198.18.0.9", &error), 0);
    cr_expect_eq(hosts.source_count, 1, "they share it");
    hosts_free(&hosts);
}

/* On the link that the name or the interface says, each with a source there, and apart from the same address
 * elsewhere. */
Test(hosts, of_a_link)
{
    static const struct hosts_config near = {.interface = "near"};
    struct two_hosts network;
    struct hosts hosts = {0};
    struct error_text error = {""};

    two_hosts_make(&network);
    cr_assert_eq(link_set_up(LOOPBACK_INDEX), 0);
    cr_assert_eq(system("ip -6 address add fe80::2/64 dev near nodad"), 0);
    cr_assert_eq(address_wait_own(NEAR_ADDRESS6, 1000), 0);
    cr_assert_eq(hosts_add(&hosts, &usual, "fe80::1%near", &error), 0, "%s", error.text);
    cr_assert_eq(hosts_add(&hosts, &near, "fe80::1", &error), 0, "%s", error.text);
    cr_assert_eq(hosts_add(&hosts, &near, "2001:db8:12::1", &error), 0, "%s", error.text);
    cr_expect_eq(hosts_add(&hosts, &near, "fe80::1%lo", &error), -EINVAL);
    cr_expect_not_null(strstr(error.text, "is not on the link of near"), "%s", error.text);
    for (size_t i = 0; i < 2; i++) {
        const struct host *host = &hosts.list[i];

        cr_expect_eq(host->interface_index, network.near_index);
        cr_expect_eq(hosts.scopes[host->lane], network.near_index);
        cr_expect_eq(host->source.high, 0xfe80000000000000, "known on the link");
        cr_expect_not(host->is_many);
    }
    cr_expect_eq(hosts.scopes[hosts.list[2].lane], 0);
    cr_assert_eq(hosts_add(&hosts, &usual, "ff02::1%near", &error), 0, "%s", error.text);
    cr_expect(hosts.list[3].is_many);
    cr_expect_not(hosts.list[3].is_broadcast);
    hosts_free(&hosts);
}

/* As many sources as a probe's lane can tell apart, and one more. */
Test(hosts, there_are_so_many_sources)
{
    struct two_hosts network;
    struct hosts hosts = {0};
    struct error_text error;

    two_hosts_make(&network);
    for (uint32_t i = 0; i <= 256; i++) {
        const struct hosts_config config = {.sources.ipv4 = IPV4(0x0a000001 + i)};
        int result = hosts_add(&hosts, &config, "198.18.0.1", &error);

        cr_expect_eq(result, i < 256 ? 0 : -E2BIG, "%u", i);
        if (result == 0)
            cr_expect(address_equal(hosts.sources[hosts.list[i].lane], IPV4(0x0a000001 + i)));
    }
    hosts_free(&hosts);
}

Test(hosts, files)
{
    static const struct {
        const char *text;
        int result;
        const char *said; /* behind the file's name */
        size_t count;
        const char *last;
    } cases[] = {
        {"", 0, "", 0, NULL},
        {"\n\n \t\r\n", 0, "", 0, NULL},
        {"198.18.0.1\n", 0, "", 1, "198.18.0.1"},
        {"198.18.0.1", 0, "", 1, "198.18.0.1"},
        {"# none\n198.18.0.1 # one\n\t198.18.0.9\r\n", 0, "", 2, "198.18.0.9"},
        {"; none\n% none\n198.18.0.1 // one\n", 0, "", 1, "198.18.0.1"},
        {"\xef\xbb\xbf"
         "198.18.0.1\n",
         0, "", 1, "198.18.0.1"},
        {"host,asn\n198.18.0.9,64500\n", 0, "", 1, "198.18.0.9"},
        {"2001:db8:12::1\n198.18.0.1\n2001:db8:12::9 # two\n", 0, "", 3, "2001:db8:12::9"},
        {"198.18.0.1\r198.18.0.9\r", -EINVAL, ": line 1: carriage returns", 0, NULL},
        {"198.18.0.1#one\n198.18.0.9 and more words\n", 0, "", 2, "198.18.0.9"},
    };
    struct two_hosts network;

    two_hosts_make(&network);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hosts hosts = {0};
        struct error_text error = {""};
        char path[64];

        text_file(cases[i].text, strlen(cases[i].text), path);
        int result = hosts_read_file(&hosts, &usual, path, &error);
        cr_expect_eq(result, cases[i].result, "%zu: %d %s", i, result, error.text);
        if (result) {
            cr_expect_eq(strncmp(error.text, path, strlen(path)), 0, "%s", error.text);
            cr_expect_eq(strncmp(error.text + strlen(path), cases[i].said, strlen(cases[i].said)), 0, "%s",
                         error.text);
        } else {
            cr_expect_eq(hosts.count, cases[i].count, "%zu", i);
            if (cases[i].last)
                cr_expect_str_eq(hosts.list[hosts.count - 1].name, cases[i].last);
        }
        hosts_free(&hosts);
    }
}

/* What is wrong with one host costs that one, wherever it stands; what is wrong with all is told once. */
Test(hosts, one_that_cannot_be_probed_costs_no_other)
{
    static const char text[] = "8.8.8.8\n198.18.0.1\nnot/a/host\n256.1.1.1\n\n198.18.0.9\n198.18.0.255\n";
    static const char *const unprobed[] = {
        ":1: there is no route to 8.8.8.8",
        ":3: not/a/host ",
        ":4: 256.1.1.1 ",
        ":7: 198.18.0.255 is a broadcast address",
    };
    static const struct hosts_config nowhere = {.interface = "nowhere"};
    struct two_hosts network;
    struct hosts hosts = {0};
    struct error_text error = {""};
    char path[64], *json = NULL;
    size_t length;

    two_hosts_make(&network);
    text_file(text, strlen(text), path);
    cr_assert_eq(hosts_read_file(&hosts, &usual, path, &error), 0, "%s", error.text);
    cr_assert_eq(hosts.count, 2);
    cr_expect_str_eq(hosts.list[0].name, "198.18.0.1");
    cr_expect_str_eq(hosts.list[1].name, "198.18.0.9");
    cr_assert_eq(hosts.unprobed_count, COUNT(unprobed));
    for (size_t i = 0; i < COUNT(unprobed); i++)
        cr_expect_not_null(strstr(hosts.unprobed[i].reason, unprobed[i]), "%s", hosts.unprobed[i].reason);

    FILE *out = open_memstream(&json, &length);
    hosts_tell_unprobed(&hosts, true, out);
    fclose(out);
    cr_expect_not_null(strstr(json, "{\"target\":null,\"name\":\"not/a/host\",\"probed\":false,\"error\":\""),
                       "%s", json);
    free(json);
    hosts_free(&hosts);
    cr_expect_eq(hosts_take(&hosts, &nowhere, "198.18.0.1", "", &error), -ENODEV);
    cr_expect_eq(hosts.unprobed_count, 0);
    hosts_free(&hosts);
}

Test(hosts, what_is_no_text_is_no_host)
{
    static const char text[] = "198.18.0.1\0hidden\n";
    struct two_hosts network;
    struct hosts hosts = {0};
    struct error_text error;
    char path[64];

    two_hosts_make(&network);
    text_file(text, sizeof(text) - 1, path);
    cr_expect_eq(hosts_read_file(&hosts, &usual, path, &error), -EINVAL);
    hosts_free(&hosts);
    cr_expect_eq(hosts_read_file(&hosts, &usual, "/nonexistent", &error), -ENOENT);
    cr_expect_str_eq(error.text, "/nonexistent: No such file or directory");
    cr_expect_eq(hosts_read_file(&hosts, &usual, "/", &error), -EISDIR);
    hosts_free(&hosts);
}
