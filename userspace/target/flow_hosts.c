// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/flow_hosts.h"

#include "base/enum_table.h"

enum {
    /* Stretches between hosts in the sets that are searched: more than a /24 can have. A larger block with
     * more of them has enough hosts in the first ones. */
    STRETCHES_MOST = 256,
    STIRS = 3,
};

static const struct choice choices[] = {
    [FLOWS_BY_PORT] = {.name = "port", .help = "another port, or checksum"},
    [FLOWS_BY_HOST] = {.name = "host", .help = "another host of the block"},
};
ENUM_TABLE(choices, FLOWS_BY_COUNT);

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

/* Adjacent hosts. */
struct stretch {
    uint64_t first, last;
};

/* The hosts that are in no set. */
struct hosts_left {
    struct stretch stretches[STRETCHES_MOST];
    unsigned count;
    uint64_t others; /* hosts other than the target address */
};

static bool holds(const struct stretch *stretch, uint64_t host)
{
    return stretch->first <= host && host <= stretch->last;
}

static void leave(struct hosts_left *left, const struct flow_hosts *hosts, struct stretch stretch)
{
    left->stretches[left->count++] = stretch;
    left->others += stretch.last - stretch.first + !holds(&stretch, hosts->target_address.low);
}

static uint64_t last_alike(const struct flow_hosts *hosts, const struct address_set *set,
                           struct address address)
{
    struct address last = address_set_alike_to(set, address);

    return last.high != address.high || last.low > hosts->last ? hosts->last : last.low;
}

/* Goes from one edge of a set to the next. All hosts between two edges are in a set if the first is, or else
 * all are in none. */
static void find_left(struct hosts_left *left, const struct flow_hosts *hosts)
{
    uint64_t last, first = hosts->first;

    left->count = 0;
    left->others = 0;
    for (unsigned i = 0; i < STRETCHES_MOST; i++, first = last + 1) {
        struct address address = {hosts->target_address.high, first};
        uint64_t withheld = last_alike(hosts, hosts->withheld, address);
        uint64_t avoided = last_alike(hosts, hosts->avoided, address);

        last = withheld < avoided ? withheld : avoided;
        if (!address_set_contains(hosts->withheld, address) && !address_set_contains(hosts->avoided, address))
            leave(left, hosts, (struct stretch){first, last});
        if (last == hosts->last)
            break;
    }
}

/* Returns other host number `place`, which must be below the number of others. */
static uint64_t other_at(const struct hosts_left *left, uint64_t target, uint64_t place)
{
    for (unsigned i = 0; i < left->count; i++) {
        const struct stretch *stretch = &left->stretches[i];
        bool has_target = holds(stretch, target);
        uint64_t more = stretch->last - stretch->first; /* hosts in it less one */

        if (place < more || (place == more && !has_target)) {
            uint64_t host = stretch->first + place;
            return host + (has_target && host >= target);
        }
        place -= more + !has_target;
    }
    return target;
}

/* A keyed bijection of the numbers of `bits` bits, made like mix24(). */
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

/* The same for 0 … count-1: a number that leaves this range is stirred again until it is back in it. */
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
    struct hosts_left left;
    uint64_t turn, place;

    find_left(&left, hosts);
    turn = flow <= left.others ? flow : flow % (left.others + 1);
    if (turn == 0)
        return hosts->target_address;
    place = hosts->ascending ? turn - 1 : shuffle(hosts->key, left.others, turn - 1);
    return (struct address){hosts->target_address.high, other_at(&left, hosts->target_address.low, place)};
}
