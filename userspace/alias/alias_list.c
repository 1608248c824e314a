// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/alias_list.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "host/route.h"

enum {
    ROUTES_AT_ONCE = 1024,
};

static bool is_wanted(const struct alias_list_config *config, struct address address)
{
    bool ipv4 = address_is_ipv4(address);

    return (ipv4 ? config->ipv4 || !config->ipv6 : config->ipv6 || !config->ipv4) &&
           !address_set_contains(config->unusable, address);
}

int alias_list_add(struct alias_list *list, const struct alias_list_config *config, struct address address)
{
    size_t before = list->numbers.count;
    uint32_t number;

    if (!is_wanted(config, address)) {
        list->left_out++;
        return 0;
    }
    int error = address_numbers_get(&list->numbers, address, &number);
    list->given += list->numbers.count - before;
    return error;
}

static struct address flip(struct address address, unsigned bits)
{
    address.low ^= bits;
    return address;
}

static int add_mate(struct alias_list *list, const struct alias_list_config *config, struct address mate)
{
    uint32_t number;

    return is_wanted(config, mate) ? address_numbers_get(&list->numbers, mate, &number) : 0;
}

int alias_list_mates(struct alias_list *list, const struct alias_list_config *config)
{
    int error = 0;

    for (size_t i = 0; !error && config->mates && i < list->given; i++) {
        struct address address = list->numbers.addresses[i];
        unsigned end = address.low & 3;

        error = add_mate(list, config, flip(address, 1));
        if (!error && address_is_ipv4(address) && (end == 1 || end == 2))
            error = add_mate(list, config, flip(address, 3));
    }
    return error;
}

/* Finds the index of one of the host's own addresses, and adds it if it is new. */
static int find_source(struct alias_list *list, struct address source, uint8_t *number)
{
    unsigned i = 0;

    while (i < list->source_count && !address_equal(list->sources[i], source))
        i++;
    if (i == ALIAS_SOURCES)
        return -E2BIG;
    list->sources[i] = source;
    list->source_count += i == list->source_count;
    *number = (uint8_t)i;
    return 0;
}

/* A mate may be the first or last address of a subnet on this host's own link, to which all hosts would
 * answer. */
static bool leads_to_host(const struct route_answer *answer)
{
    return !answer->error && (answer->route.type == RTN_UNICAST || answer->route.type == RTN_LOCAL);
}

/* For one family: a question to the kernel has addresses of one family only. */
static int find_ways_of(struct alias_list *list, const struct alias_list_config *config,
                        const uint32_t *numbers, size_t count)
{
    enum address_family family = address_family(list->numbers.addresses[numbers[0]]);
    const struct route_query query = {
        .source = address_pair_of(&config->sources, family),
        .interface_index = config->interface_index,
    };
    struct address destinations[ROUTES_AT_ONCE] = {{0}};
    struct route_answer answers[ROUTES_AT_ONCE];

    for (size_t i = 0; i < count; i++)
        destinations[i] = list->numbers.addresses[numbers[i]];
    int error = routes_get(&query, destinations, answers, count);
    for (size_t i = 0; !error && i < count; i++) {
        struct alias_address *address = &list->addresses[numbers[i]];
        struct address asked = query.source, found = answers[i].route.source;

        address->lost = !leads_to_host(&answers[i]);
        list->no_way += address->lost && !address->mate;
        if (!address->lost)
            error = find_source(list, address_is_none(asked) ? found : asked, &address->source);
    }
    return error;
}

static int find_ways_in(struct alias_list *list, const struct alias_list_config *config,
                        enum address_family family)
{
    uint32_t numbers[ROUTES_AT_ONCE];
    size_t count = 0;
    int error = 0;

    for (uint32_t i = 0; !error && i < list->numbers.count; i++) {
        if (address_family(list->numbers.addresses[i]) == family)
            numbers[count++] = i;
        if (count == ROUTES_AT_ONCE || (count && i + 1 == list->numbers.count)) {
            error = find_ways_of(list, config, numbers, count);
            count = 0;
        }
    }
    return error;
}

int alias_list_find_ways(struct alias_list *list, const struct alias_list_config *config)
{
    list->addresses = calloc(list->numbers.count ? list->numbers.count : 1, sizeof(*list->addresses));
    if (!list->addresses)
        return -ENOMEM;
    for (size_t i = list->given; i < list->numbers.count; i++)
        list->addresses[i].mate = true;
    int error = find_ways_in(list, config, FAMILY_IPV4);

    return error ? error : find_ways_in(list, config, FAMILY_IPV6);
}

void alias_list_free(struct alias_list *list)
{
    address_numbers_free(&list->numbers);
    free(list->addresses);
    *list = (struct alias_list){0};
}
