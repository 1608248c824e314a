// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/ip_ids.h"

#include "base/enum_table.h"

bool sim_ip_id_choices(size_t position, struct choice *out)
{
    static const struct choice kinds[] = {
        [SIM_IP_ID_ZERO] = {.name = "zero", .help = "0"},
        [SIM_IP_ID_SHARED] = {.name = "shared", .help = "one counter per router"},
        [SIM_IP_ID_INTERFACE] = {.name = "interface", .help = "one counter per address"},
        [SIM_IP_ID_RANDOM] = {.name = "random", .help = "random for each reply"},
        [SIM_IP_ID_CONSTANT] = {.name = "constant", .help = "always the same, not 0"},
        [SIM_IP_ID_COPIED] = {.name = "copied", .help = "the same as in the probe"},
        [SIM_IP_ID_MIXED] = {.name = "mixed", .help = "each router does one of these; half use counters"},
    };
    ENUM_TABLE(kinds, SIM_IP_IDS);

    return choice_of(kinds, sizeof(kinds) / sizeof(kinds[0]), position, out);
}

const char *sim_ip_ids_usual(bool internet)
{
    return internet ? "mixed" : "zero";
}

int sim_ip_ids_find(const char *name)
{
    return choices_find(sim_ip_id_choices, name);
}
