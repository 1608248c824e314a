// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/realism.h"

#include <string.h>

bool sim_realism_choices(size_t position, struct choice *out)
{
    static const struct choice levels[] = {
        {.name = SIM_REALISM_INTERNET, .help = "silent routers and targets as measured"},
        {.name = SIM_REALISM_IDEAL, .help = "everything answers"},
    };

    return choice_of(levels, sizeof(levels) / sizeof(levels[0]), position, out);
}

bool sim_realism_is_internet(const char *name)
{
    return strcmp(name, SIM_REALISM_INTERNET) == 0;
}
