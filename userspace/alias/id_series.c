// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_series.h"

#include <math.h>
#include <stddef.h>

#include "base/enum_table.h"

enum {
    /* IDs: room for rounding, and for the answers to our own probes. */
    OFFSET_SLACK = 3,
    /* Standard deviations of the mean. If lower, bursts separate addresses of one counter; if higher,
     * counters of one speed that are close together pass. */
    OFFSET_DEVIATIONS = 5,
};

const char *const id_kind_names[] = {
    [ID_UNKNOWN] = "unknown",   [ID_COUNTER] = "counter", [ID_ZERO] = "zero",
    [ID_CONSTANT] = "constant", [ID_COPIED] = "copied",   [ID_RANDOM] = "random",
};
ENUM_TABLE(id_kind_names, ID_KINDS);

static uint64_t back_us(const struct id_sample *sample)
{
    return sample->sent_us + sample->took_us;
}

static uint16_t step(const struct id_sample *from, const struct id_sample *to)
{
    return (uint16_t)(to->id - from->id);
}

void id_series_add(struct id_series *series, struct id_sample sample)
{
    unsigned place = series->count;

    if (place == ID_SAMPLES)
        return;
    for (; place && sample.sent_us < series->samples[place - 1].sent_us; place--)
        series->samples[place] = series->samples[place - 1];
    series->samples[place] = sample;
    series->count++;
}

static bool all_copied(const struct id_series *series)
{
    for (unsigned i = 0; i < series->count; i++)
        if (!series->samples[i].copied)
            return false;
    return true;
}

static bool all_equal(const struct id_series *series)
{
    for (unsigned i = 1; i < series->count; i++)
        if (series->samples[i].id != series->samples[0].id)
            return false;
    return true;
}

static bool goes_up(const struct id_series *series)
{
    for (unsigned i = 1; i < series->count; i++) {
        uint16_t by = step(&series->samples[i - 1], &series->samples[i]);

        if (by == 0 || by > ID_FARTHEST)
            return false;
    }
    return true;
}

enum id_kind id_series_kind(const struct id_series *series)
{
    if (series->count < ID_NEEDED)
        return ID_UNKNOWN;
    if (all_copied(series))
        return ID_COPIED;
    if (all_equal(series))
        return series->samples[0].id ? ID_CONSTANT : ID_ZERO;
    return goes_up(series) ? ID_COUNTER : ID_RANDOM;
}

double id_series_velocity(const struct id_series *series)
{
    const struct id_sample *first = &series->samples[0], *last = &series->samples[series->count - 1];
    double up = 0;

    for (const struct id_sample *next = first + 1; next <= last; next++)
        up += step(next - 1, next);
    return last->sent_us == first->sent_us ? 0 : up * 1e6 / (double)(last->sent_us - first->sent_us);
}

uint16_t id_series_at(const struct id_series *series, uint64_t at_us)
{
    unsigned place = series->count - 1U;

    while (place && at_us < series->samples[place].sent_us)
        place--;
    double ahead = (double)(int64_t)(at_us - series->samples[place].sent_us) / 1e6;
    return (uint16_t)(series->samples[place].id + (int64_t)(ahead * id_series_velocity(series)));
}

/* Returns the last sample that certainly came before `sample`, or NULL; next_after() the first that certainly
 * came after it. */
static const struct id_sample *last_before(const struct id_series *series, const struct id_sample *sample)
{
    const struct id_sample *found = NULL;

    for (unsigned i = 0; i < series->count; i++)
        if (back_us(&series->samples[i]) < sample->sent_us)
            found = &series->samples[i];
    return found;
}

static const struct id_sample *next_after(const struct id_series *series, const struct id_sample *sample)
{
    for (unsigned i = 0; i < series->count; i++)
        if (back_us(sample) < series->samples[i].sent_us)
            return &series->samples[i];
    return NULL;
}

/* Sums over the checks of two series. */
struct tally {
    unsigned checks;
    bool broken;
    double widths;           /* of the bounds */
    double offsets, squares; /* by how much one counter is ahead of the other; their squares */
    double doubts; /* the uncertainty of that, because the time when an ID was written is not exactly known */
};

static double middle_us(const struct id_sample *sample, uint64_t from_us)
{
    return (double)(sample->sent_us - from_us) + (double)sample->took_us / 2;
}

/* Compares `sample` with the value that the counter would have had at that time if it ran evenly from
 * `before` to `after`. */
static void note_offset(struct tally *tally, const struct id_sample *before, const struct id_sample *sample,
                        const struct id_sample *after, int sign)
{
    double from = middle_us(before, before->sent_us), to = middle_us(after, before->sent_us);
    double rate = step(before, after) / (to - from);
    double expected = rate * (middle_us(sample, before->sent_us) - from);
    double offset = sign * (step(before, sample) - expected);

    tally->offsets += offset;
    tally->squares += offset * offset;
    tally->doubts += rate * ((double)sample->took_us + (double)before->took_us) / 2;
}

/* Checks the samples of `inner` that are between two of `outer`, up to the first that breaks. For nearly all
 * pairs compared, the first check breaks. */
static void check(const struct id_series *outer, const struct id_series *inner, int sign, struct tally *tally)
{
    for (unsigned i = 0; i < inner->count && !tally->broken; i++) {
        const struct id_sample *sample = &inner->samples[i];
        const struct id_sample *before = last_before(outer, sample), *after = next_after(outer, sample);

        if (!before || !after || step(before, after) > ID_FARTHEST)
            continue;
        uint16_t width = step(before, after), within = step(before, sample);
        tally->checks++;
        tally->widths += width;
        tally->broken |= within == 0 || within >= width;
        note_offset(tally, before, sample, after, sign);
    }
}

/* Returns how far apart the means of two series of one counter may be: because times are uncertain, and the
 * counter's speed varies. */
static double allowed_offset(const struct tally *tally, double mean)
{
    double variance = tally->squares / tally->checks - mean * mean;

    return OFFSET_SLACK + tally->doubts / tally->checks +
           OFFSET_DEVIATIONS * sqrt((variance > 0 ? variance : 0) / tally->checks);
}

struct id_bounds id_bounds_test(const struct id_series *a, const struct id_series *b)
{
    struct tally tally = {0};

    check(a, b, 1, &tally);
    check(b, a, -1, &tally);
    struct id_bounds bounds = {.checks = tally.checks, .broken = tally.broken, .share = 1};
    if (tally.broken || tally.checks < ID_CHECKS_NEEDED)
        return bounds;

    double mean = tally.offsets / tally.checks, allowed = allowed_offset(&tally, mean);
    double width = tally.widths / tally.checks;
    bounds.broken = fabs(mean) > allowed;
    if (!bounds.broken)
        bounds.share = (2 * allowed < width ? 2 * allowed : width) / 65536;
    return bounds;
}
