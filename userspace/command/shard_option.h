// SPDX-License-Identifier: GPL-2.0-or-later
/* --shard I/N: one part of a survey that is divided among independent runs. */
#pragma once

#include "base/options.h"
#include "target/shard.h"

OPTION_PARSER(option_shard, struct shard);
