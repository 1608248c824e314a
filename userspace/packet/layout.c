// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/layout.h"

#include <string.h>

#include "reply_parse.h"

#define LAYOUT_ENTRY(functions, constants, its_name, its_family, its_protocol, its_answer, its_tracked,      \
                     its_help)                                                                               \
    [LAYOUT_##constants] = {                                                                                 \
        .number = LAYOUT_##constants,                                                                        \
        .name = its_name,                                                                                    \
        .help = its_help,                                                                                    \
        .family = its_family,                                                                                \
        .protocol = its_protocol,                                                                            \
        .usual_port = constants##_PORT,                                                                      \
        .crafted = constants##_CRAFTED,                                                                      \
        .longest = constants##_LONGEST,                                                                      \
        .max_flow = functions##_max_flow,                                                                    \
        .template_init = functions##_template_init,                                                          \
        .prepare = functions##_prepare,                                                                      \
        .craft = functions##_craft,                                                                          \
        .recover = functions##_recover,                                                                      \
        .answer = its_answer,                                                                                \
        .tracked = its_tracked,                                                                              \
    },

const struct layout layouts[LAYOUT_COUNT] = {LAYOUTS(LAYOUT_ENTRY)};

const struct layout *layout_by_name(const char *name, enum address_family family)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        if (layouts[i].family == family && strcmp(layouts[i].name, name) == 0)
            return &layouts[i];
    return NULL;
}

bool layout_choices(size_t position, struct choice *out)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++) {
        /* Every protocol exists for IPv4. */
        if (layouts[i].family != FAMILY_IPV4 || position-- > 0)
            continue;
        *out = (struct choice){.name = layouts[i].name, .help = layouts[i].help};
        return true;
    }
    return false;
}

struct layout_choice layout_choose(const struct layout *layout, struct siphash_key key)
{
    return (struct layout_choice){layout, key, layout->usual_port};
}

struct layout_pair layout_pair_of(const struct layout_choice *choice)
{
    struct layout_pair pair = {.ipv4 = *choice, .ipv6 = *choice};

    pair.ipv4.layout = layout_by_name(choice->layout->name, FAMILY_IPV4);
    pair.ipv6.layout = layout_by_name(choice->layout->name, FAMILY_IPV6);
    return pair;
}

const struct layout *layout_pair_longest(const struct layout_pair *pair)
{
    const struct layout *ipv4 = pair->ipv4.layout, *ipv6 = pair->ipv6.layout;

    return !ipv6 || (ipv4 && ipv4->longest >= ipv6->longest) ? ipv4 : ipv6;
}

static bool is_own_ipv4(const struct layout *layout, const uint8_t *ip, size_t length)
{
    return length >= QUOTATION_MIN && ip[0] == IPV4_FIRST_BYTE && ip[IPV4_PROTOCOL] == layout->protocol;
}

static bool is_own_ipv6(const struct layout *layout, const uint8_t *ip, size_t length)
{
    return length >= IPV6_HEADER + QUOTED_MIN && ip_version(ip) == FAMILY_IPV6 &&
           ip[IPV6_NEXT_HEADER] == layout->protocol;
}

bool layout_read_own(const struct layout_choice *choice, const uint8_t *ip, size_t length,
                     struct quoted_probe *out)
{
    const struct layout *layout = choice->layout;

    bool ipv4 = layout->family == FAMILY_IPV4;

    return (ipv4 ? is_own_ipv4 : is_own_ipv6)(layout, ip, length) &&
           layout->recover(choice->key, choice->port, ip, ip + (ipv4 ? IPV4_HEADER : IPV6_HEADER),
                           ip + length, out) == PROBE_OURS;
}

unsigned layout_craft_once(const struct layout_choice *choice, struct address source,
                           const struct probe *probe, uint32_t now_us, uint8_t *ip)
{
    struct layout_template template;

    choice->layout->template_init(&template, choice->key, source, choice->port);
    choice->layout->prepare(&template, ip);
    return choice->layout->craft(&template, probe, now_us, ip);
}
