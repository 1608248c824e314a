// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/flow_hosts.h"

enum {
    /* Stretches that are looked at, between hosts in the sets: more than a /24 can have. A larger block with more
     * of them has all the hosts that it needs in the first ones. */
    STRETCHES_MOST = 256,
    STIRS = 3,
};

static const struct choice choices[] = {
    [FLOWS_BY_PORT] = {.name = "port", .help = "another port, or checksum"},
    [FLOWS_BY_HOST] = {.name = "host", .help = "another host of the block"},
};

bool flows_by_choices(size_t position, struct choice *out)
{
    return choice_of(choices, sizeof(choices) / sizeof(choices[0]), position, out);
}

bool flows_by_parse(const char *text, enum flows_by *out)
{
    int position = choices_find(flows_by_choices, text);

    *out = position < 0 ? FLOWS_BY_PORT : (enum flows_by)position;
    return position >= 0;
}

const char *flows_by_name(enum flows_by by)
{
    return choices[by].name;
}

/* Hosts next to each other of which none is in a set, or all are in one. */
struct stretch {
    uint64_t first, last;
    bool left_out;
};

static uint64_t last_alike(const struct flow_hosts *hosts, const struct address_set *set,
                           struct address address)
{
    struct address last = address_set_alike_to(set, address);

    return last.high != address.high || last.low > hosts->last ? hosts->last : last.low;
}

static struct stretch stretch_from(const struct flow_hosts *hosts, uint64_t first)
{
    struct address address = {hosts->target_address.high, first};
    uint64_t withheld = last_alike(hosts, hosts->withheld, address);
    uint64_t avoided = last_alike(hosts, hosts->avoided, address);

    return (struct stretch){
        .first = first,
        .last = withheld < avoided ? withheld : avoided,
        .left_out =
            address_set_contains(hosts->withheld, address) || address_set_contains(hosts->avoided, address),
    };
}

/* Makes `stretch` the one behind it: false behind the last. Begins with one of no length before the first. */
static bool next_stretch(const struct flow_hosts *hosts, unsigned number, struct stretch *stretch)
{
    if (number == STRETCHES_MOST || (number && stretch->last == hosts->last))
        return false;
    *stretch = stretch_from(hosts, number ? stretch->last + 1 : hosts->first);
    return true;
}

static bool holds(const struct stretch *stretch, uint64_t host)
{
    return stretch->first <= host && host <= stretch->last;
}

/* All that may be had but the target address. */
static uint64_t count_others(const struct flow_hosts *hosts)
{
    struct stretch stretch;
    uint64_t count = 0;

    for (unsigned i = 0; next_stretch(hosts, i, &stretch); i++)
        if (!stretch.left_out)
            count += stretch.last - stretch.first + !holds(&stretch, hosts->target_address.low);
    return count;
}

/* The other with this place, which is below their number. */
static uint64_t other_at(const struct flow_hosts *hosts, uint64_t place)
{
    uint64_t target = hosts->target_address.low;
    struct stretch stretch;

    for (unsigned i = 0; next_stretch(hosts, i, &stretch); i++) {
        uint64_t more = stretch.last - stretch.first; /* hosts in it less one */
        bool has_target = holds(&stretch, target);

        if (stretch.left_out)
            continue;
        if (place < more || (place == more && !has_target)) {
            uint64_t host = stretch.first + place;
            return host + (has_target && host >= target);
        }
        place -= more + !has_target;
    }
    return target;
}

/* A keyed bijection of the numbers of so many bits, made as mix24() is. */
static uint64_t stir(uint64_t key, unsigned bits, uint64_t number)
{
    uint64_t mask = UINT64_MAX >> (64 - bits);

    for (unsigned i = 0; i < STIRS; i++) {
        key = mix64(key + MIX_GOLDEN);
        number = ((number ^ key) * (key >> 20 | 1)) & mask;
        number ^= number >> (bits + 1) / 2;
    }
    return number;
}

/* The same of 0 … count-1: who leaves it is stirred until he is back. */
static uint64_t shuffle(uint64_t key, uint64_t count, uint64_t number)
{
    unsigned bits = count > 2 ? 64 - (unsigned)__builtin_clzll(count - 1) : 1;

    do
        number = stir(key, bits, number);
    while (number >= count);
    return number;
}

struct address flow_hosts_at(const struct flow_hosts *hosts, unsigned flow)
{
    uint64_t others = count_others(hosts);
    uint64_t turn = flow <= others ? flow : flow % (others + 1);
    uint64_t place;

    if (turn == 0)
        return hosts->target_address;
    place = hosts->ascending ? turn - 1 : shuffle(hosts->key, others, turn - 1);
    return (struct address){hosts->target_address.high, other_at(hosts, place)};
}
