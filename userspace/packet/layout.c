// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/layout.h"

#include <string.h>

#include "reply_parse.h"

#define LAYOUT_ENTRY(functions, constants, its_name, its_family, its_protocol, its_answer, its_help)         \
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
    },

const struct layout layouts[LAYOUT_COUNT] = {LAYOUTS(LAYOUT_ENTRY)};

const struct layout *layout_by_name(const char *name)
{
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        if (strcmp(layouts[i].name, name) == 0)
            return &layouts[i];
    return NULL;
}

bool layout_choices(size_t position, struct choice *out)
{
    if (position >= LAYOUT_COUNT)
        return false;
    *out = (struct choice){.name = layouts[position].name, .help = layouts[position].help};
    return true;
}

struct layout_choice layout_choose(const struct layout *layout, struct siphash_key key)
{
    return (struct layout_choice){layout, key, layout->usual_port};
}

bool layout_read_own(const struct layout_choice *choice, const uint8_t *ip, size_t length,
                     struct quoted_probe *out)
{
    const struct layout *layout = choice->layout;

    return length >= QUOTATION_MIN && ip[0] == IPV4_FIRST_BYTE && ip[IPV4_PROTOCOL] == layout->protocol &&
           layout->recover(choice->key, choice->port, ip, ip + IPV4_HEADER, out) == PROBE_OURS;
}

unsigned layout_craft_once(const struct layout_choice *choice, struct address source,
                           const struct probe *probe, uint32_t now_us, uint8_t *ip)
{
    struct layout_template template;

    choice->layout->template_init(&template, choice->key, source, choice->port);
    choice->layout->prepare(&template, ip);
    return choice->layout->craft(&template, probe, now_us, ip);
}
