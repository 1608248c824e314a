// SPDX-License-Identifier: GPL-2.0-or-later
/* What the metadata of a survey says of the ways by which its probes left. */
#pragma once

#include "base/address_pair.h"
#include "output/metadata.h"

/* metadata_sources() is where the probes of each family came from: by the first way of that family. Of files that
 * list no ways it is `source` alone, of whichever family that is; none where nothing tells. */
struct address_pair metadata_sources(const struct survey_metadata *metadata);
