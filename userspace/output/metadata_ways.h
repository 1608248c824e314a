// SPDX-License-Identifier: GPL-2.0-or-later
/* What the metadata of a survey contains about the ways by which its probes left. */
#pragma once

#include "base/address_pair.h"
#include "output/metadata.h"

/* metadata_sources() returns the source of the probes of each family: that of the first way of the family. In
 * files without ways it is only `source`, for its own family; or none if that is missing too. */
struct address_pair metadata_sources(const struct survey_metadata *metadata);
