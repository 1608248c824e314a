// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts about a probe that are not in its record, but follow from the survey's metadata: protocol, source,
 * ports and length of a probe are functions of its target, flow and TTL.
 */
#pragma once

#include "base/address_pair.h"
#include "output/metadata.h"
#include "output/record.h"
#include "packet/layout.h"

struct probe_facts {
    struct layout_pair layouts; /* without layouts if there is no metadata */
    struct address_pair sources;
};

/* probe_facts_of() returns the facts of a survey; NULL: none. */
struct probe_facts probe_facts_of(const struct survey_metadata *metadata);

/* probe_facts_fill() fills in the fields of `record` that are unknown or 0, as far as they are known. */
void probe_facts_fill(const struct probe_facts *facts, struct record *record);
