// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/refill.h"

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/stop_signal.h"
#include "survey/recorded.h"

enum {
    BATCH = 64,
};

struct refill {
    struct survey *survey;
    unsigned output;
    uint64_t from, to; /* numbers of the records that it lacks; `to` is exclusive */
    struct recorded source;
    struct record batch[BATCH];
    size_t count;
};

static int give(struct refill *self)
{
    int result = record_file_add("survey", &self->survey->results, self->output, self->batch, self->count);

    self->count = 0;
    if (!result && stop_signal_pending())
        result = EXIT_FAILED;
    return result;
}

/* The records were read before, so a failure now means that the file has changed. */
static int copy(struct refill *self)
{
    struct error_text error;
    int result = EXIT_DONE;

    while (!result && self->source.records < self->to) {
        if (recorded_next(&self->source, &self->batch[self->count], &error) != 1) {
            log_error("survey: --resume: %s has changed meanwhile", self->source.what->path);
            return EXIT_FAILED;
        }
        if (self->source.records > self->from && ++self->count == BATCH)
            result = give(self);
    }
    return result ? result : give(self);
}

static void tell(const struct refill *self)
{
    char number[NUMBER_TEXT_SIZE];
    const struct record_output *output = &self->survey->config->records;

    if (!self->survey->config->quiet)
        log_info("%s lacked %s record%s, taken from %s", output->places[self->output].path,
                 number_group(self->to - self->from, number), plural(self->to - self->from),
                 self->source.what->path);
}

int refill_output(struct survey *survey, unsigned output)
{
    const struct recalled *recalled = &survey->recalled;
    const struct record_file *results = &survey->results;
    struct refill self = {
        .survey = survey,
        .output = output,
        .from = recalled->outputs[output].records,
        .to = recalled->records,
    };
    struct error_text error;

    if (self.from == self.to)
        return EXIT_DONE;
    int code = recorded_open(&self.source, &results->destinations[recalled->fullest], results->output,
                             &results->output->columns, self.to, &error);
    int result = code ? EXIT_FAILED : copy(&self);

    if (!result)
        tell(&self);
    recorded_end(&self.source);
    return result;
}
