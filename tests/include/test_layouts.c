// SPDX-License-Identifier: GPL-2.0-or-later
/* What is true of every layout of probes. */
#include <criterion/criterion.h>

#include "support/checked_layouts.h"
#include "table.h"

static const struct checked_layout *const layouts[] = {
    &checked_udp4, &checked_icmp4, &checked_tcp4_syn, &checked_tcp4_ack,
    &checked_udp6, &checked_icmp6, &checked_tcp6_syn, &checked_tcp6_ack,
};
static const struct checked_layout *const cut_layouts[] = {&checked_udp6_cut, &checked_icmp6_cut,
                                                           &checked_tcp6_cut};

Test(layouts, every_probe_is_well_formed_and_recovered)
{
    for (size_t i = 0; i < COUNT(layouts); i++)
        layout_check_every_probe(layouts[i]);
}

Test(layouts, a_packet_is_patched_again_and_again)
{
    for (size_t i = 0; i < COUNT(layouts); i++)
        layout_check_patching(layouts[i]);
}

Test(layouts, what_routers_hash_depends_on_target_and_flow_alone)
{
    for (size_t i = 0; i < COUNT(layouts); i++)
        layout_check_one_path(layouts[i]);
}

Test(layouts, another_survey_is_not_ours)
{
    for (size_t i = 0; i < COUNT(layouts); i++)
        layout_check_other_survey(layouts[i]);
    for (size_t i = 0; i < COUNT(cut_layouts); i++)
        layout_check_other_survey(cut_layouts[i]);
}
