// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a record does not say of its probe and the survey's metadata do: protocol, source, ports and length of a
 * survey's probe follow from its target, flow and TTL.
 */
#pragma once

#include "base/address_pair.h"
#include "output/metadata.h"
#include "output/record.h"
#include "packet/layout.h"

struct probe_facts {
    struct layout_pair layouts; /* without a layout where no metadata are known */
    struct address_pair sources;
};

/* probe_facts_of() are those of a survey; NULL: none. */
struct probe_facts probe_facts_of(const struct survey_metadata *metadata);

/* probe_facts_fill() puts what is known into the fields of `record` that are unknown or 0. */
void probe_facts_fill(const struct probe_facts *facts, struct record *record);
