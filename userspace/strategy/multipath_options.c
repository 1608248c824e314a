// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/multipath.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enum_table.h"

#define LINKS         "links"
#define PREFIX        "prefix"
#define DIAMOND_MINER "diamond-miner"

static const char *const kinds[] = {
    [COVERAGE_LINKS] = LINKS,
    [COVERAGE_PREFIX] = PREFIX,
    [COVERAGE_DIAMOND_MINER] = DIAMOND_MINER,
};
ENUM_TABLE(kinds, COVERAGE_KINDS);

static bool read_percent(const char *text, double *confidence)
{
    char *end;
    double percent = strtod(text, &end);

    *confidence = percent / 100;
    return end != text && !*end && percent >= 1 && percent <= 99.99;
}

int option_coverage(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    const char *percent = strchr(text, '=');
    size_t length = percent ? (size_t)(percent - text) : strlen(text);
    struct coverage coverage = {COVERAGE_PREFIX, 0.95};
    int kind = 0;

    (void)spec;
    while (kind < COVERAGE_KINDS && (strlen(kinds[kind]) != length || memcmp(kinds[kind], text, length) != 0))
        kind++;
    if (kind == COVERAGE_KINDS)
        return error_text_set(error, -EINVAL, "'%s' is neither " LINKS " nor " PREFIX " nor " DIAMOND_MINER,
                              text);
    coverage.kind = (enum coverage_kind)kind;
    if (percent && coverage.kind == COVERAGE_LINKS)
        return error_text_set(error, -EINVAL, "links have no confidence: '%s'", text);
    if (percent && !read_percent(percent + 1, &coverage.confidence))
        return error_text_set(error, -EINVAL, "'%s' is not a confidence from 1 to 99.99 percent",
                              percent + 1);
    *(option_coverage_field *)field = coverage;
    return 0;
}

const struct multipath_options multipath_defaults = {
    .coverage = {COVERAGE_LINKS, 0.95},
    /* Most links that flows find late are found only once. docs/multipath.md has the cost of other
     * values. */
    .epsilon = 0.005,
    .patience_ns = 600 * NS_PER_MS,
    .memory = 150 << 20,
    .gap = 3,
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct multipath_options, name)

const struct option_spec multipath_option_specs[] = {
    {"coverage", 0, "WHAT", FIELD(option_coverage, coverage),
     .help = LINKS " (default), " PREFIX ", " DIAMOND_MINER "[=%]"},
    {"epsilon", 0, "SHARE", FIELD(option_decimal, epsilon), .max = 1,
     .help = "lower finds more links (default 0.005)"},
    {"memory", 0, "SIZE", FIELD(option_size, memory), .min = 1 << 20,
     .help = "for targets in progress (default 150M)"},
    {"patience", 0, "TIME", FIELD(option_seconds, patience_ns), .max = 60,
     .help = "longer waits for slow hops (default 0.6)"},
    {"gap", 0, "N", FIELD(option_number, gap), .min = 1, .max = PROBE_MAX_TTL,
     .help = "silent hops that end a path (default 3)"},
    {0},
};
