// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of target/prefix_list.h as a user writes them, cut into prefixes. */
#include <errno.h>
#include <stdio.h>

#include "target/network.h"
#include "target/prefix_list.h"

/* The longest block that is aligned at `first` and does not go beyond `last`. */
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

int prefix_list_add_network(struct prefix_list *list, const struct network *network)
{
    struct address first = network->first;

    for (;;) {
        struct prefix prefix = leading_prefix(first, network->last);
        int code = prefix_list_add(list, prefix);

        if (code || address_equal(prefix_last(prefix), network->last))
            return code;
        first = address_next(prefix_last(prefix));
    }
}

int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct error_text *error)
{
    struct network network;
    int code = network_parse(text, &network);

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
