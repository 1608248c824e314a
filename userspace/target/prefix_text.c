// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads entries of target/prefix_list.h as a user writes them, and cuts them into prefixes. */
#include <errno.h>
#include <stdio.h>

#include "target/network.h"
#include "target/prefix_list.h"

enum {
    QUOTED = 40, /* characters of an entry that are shown */
};

/* Returns the longest block that begins at `first`, is aligned, and does not go beyond `last`. */
static struct prefix leading_prefix(struct address first, struct address last)
{
    unsigned length = address_bits(first);

    while (length > 0 && address_equal(first, address_first(first, length - 1)) &&
           address_compare(address_last(first, length - 1), last) <= 0)
        length--;
    return (struct prefix){first, (uint8_t)length};
}

int prefix_parse(const char *text, struct prefix *out)
{
    struct network network;
    int code = network_parse(text, &network);

    if (code)
        return code;
    *out = leading_prefix(network.first, network.last);
    return network.host_bits || !address_equal(prefix_last(*out), network.last) ? -EINVAL : 0;
}

/* The first address above the mapped ones. A range of IPv6 leaves out the mapped addresses. */
static const struct address behind_mapped = {0, ADDRESS_IPV4_PREFIX + (1ULL << 32)};

int prefix_list_add_network(struct prefix_list *list, const struct network *network)
{
    struct address first = network->first;

    for (;;) {
        struct prefix prefix = leading_prefix(first, network->last);
        int code = prefix_list_add(list, prefix);

        if (code || address_equal(prefix_last(prefix), network->last))
            return code;
        first = address_next(prefix_last(prefix));
        if (address_is_ipv4(first) != address_is_ipv4(network->first))
            first = behind_mapped;
    }
}

bool prefix_list_wants(const struct prefix_list *list, const struct network *network)
{
    return !list->only || address_family(network->first) == list->only;
}

static int refuse_family(const struct prefix_list *list, const char *text, const char *what,
                         struct error_text *error)
{
    return error_text_set(error, -EAFNOSUPPORT,
                          "%s: '%.*s' is not IPv%d, the only family that is selected (-%d)", what, QUOTED,
                          text, list->only, list->only);
}

int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct error_text *error)
{
    struct network network;
    int code = network_parse(text, &network);

    if (!code && !prefix_list_wants(list, &network))
        return refuse_family(list, text, what, error);
    if (!code)
        code = prefix_list_add_network(list, &network);
    if (code) {
        network_explain(text, code, error);
        error_text_prefix(error, "%s: ", what);
    } else if (network.host_bits) {
        list_note_add(&list->notes.host_bits, 0);
    }
    return code;
}
