// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "bytes.h"
#include "strategy/state.h"
#include "survey/history.h"
#include "survey/parts.h"

/* Shorter, and disks have more to do. Longer, and more is repeated after a crash. */
#define INTERVAL_NS (5 * NS_PER_S)

/* In results with groups each checkpoint ends a group. Shorter, groups become small, and the files large. */
#define GROUP_INTERVAL_NS (30 * NS_PER_S)

/* A survey that is killed again and again after a short time must make progress, too. */
#define FIRST_NS (1 * NS_PER_S)

/* Received replies wait for a receiver at most as long as a UMEM lasts (engine/umem_budget.h). */
#define RECEIVING_NS (500 * NS_PER_MS)

/* Senders are held for at most one part in this many of their time. A strategy that knows of millions of targets
 * takes a while to save, so it is saved less often. */
#define LARGEST_SHARE 100

enum {
    LOOK_NS = 20000000,   /* delay until the thread notices what it waits for */
    HELD_LOOK_NS = 50000, /* the same while senders wait, too */
};

/* The numbers are stored after the snapshots, because it is not known before how many records will last. */
enum {
    STATE_RECORDS, /* records that last */
    STATE_SENDERS,
    STATE_NUMBERS,
    STATE_NUMBER_BYTES = 8,
    STATE_TAIL = STATE_NUMBERS * STATE_NUMBER_BYTES,
};

int checkpoint_open(struct survey *survey)
{
    const char *path = survey->config->state_path;
    struct error_text error;

    if (!path || !state_file_open(&survey->checkpoint.file, path, &error))
        return EXIT_DONE;
    log_error("survey: --state: %s", error.text);
    return EXIT_UNUSABLE;
}

/* Usually the random key of the tags suffices. The other values are for surveys whose key was given. */
static uint64_t identity_of(const struct survey *survey)
{
    const struct plan *plan = survey->config->plan;
    struct siphash_state state = siphash_start(plan->config.layout.key);

    siphash_absorb(&state, plan->config.seed);
    siphash_absorb(&state, plan->probes);
    siphash_absorb(&state, (uint64_t)plan->config.min_ttl << 32 | plan->config.max_ttl);
    siphash_absorb(&state, (uint64_t)plan->config.shard.index << 32 | plan->config.shard.of);
    siphash_absorb(&state, (uint64_t)plan->config.flows_by << 63 | (uint64_t)plan->config.flows << 32 |
                               survey->sender_count);
    return siphash_finish(state, 0, 0);
}

static int say_error(const struct survey *survey, int error)
{
    if (error)
        log_error("survey: --state: cannot write %s: %s", survey->config->state_path, strerror(-error));
    return error;
}

int checkpoint_begin(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;

    return self->file ? say_error(survey, state_file_begin(self->file, identity_of(survey))) : 0;
}

int checkpoint_load(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;
    struct error_text error;

    if (!self->file || state_file_is_empty(self->file)) {
        log_error("survey: --resume: there is no state %s: this survey cannot be resumed",
                  survey->config->state_path);
        return EXIT_UNUSABLE;
    }
    if (!state_file_load(self->file, identity_of(survey), &self->found, &error))
        return EXIT_DONE;
    log_error("survey: --resume: %s", error.text);
    return EXIT_UNUSABLE;
}

/* Returns the number of bytes of snapshots in the state that was found. */
static size_t snapshot_bytes(const struct state_found *found)
{
    return found->length > STATE_TAIL ? found->length - STATE_TAIL : 0;
}

static uint64_t number_found(const struct state_found *found, unsigned number)
{
    size_t snapshots = snapshot_bytes(found);

    return snapshots ? load_be64(found->bytes + snapshots + (size_t)number * STATE_NUMBER_BYTES) : 0;
}

uint64_t checkpoint_durable(const struct survey *survey)
{
    const struct state_found *found = &survey->checkpoint.found;

    return found->any ? number_found(found, STATE_RECORDS) : 0;
}

static int load_senders(struct survey *survey)
{
    struct state_found *found = &survey->checkpoint.found;
    size_t bytes = snapshot_bytes(found);
    int error = 0;

    if (number_found(found, STATE_SENDERS) != survey->sender_count)
        return -ESTALE;
    FILE *in = fmemopen(found->bytes, bytes, "r");
    if (!in)
        return -ENOMEM;
    for (unsigned i = 0; !error && i < survey->sender_count; i++)
        error = snapshot_load(&survey->senders[i].sender, survey->config->plan->targets, in);
    if (!error && (size_t)ftell(in) != bytes)
        error = -EINVAL;
    fclose(in);
    return error;
}

int checkpoint_take_up(struct survey *survey)
{
    struct state_found *found = &survey->checkpoint.found;
    int error = found->any ? load_senders(survey) : 0;

    free(found->bytes);
    found->bytes = NULL;
    if (!error)
        return EXIT_DONE;
    log_error("survey: --resume: the state %s %s", survey->config->state_path,
              error == -ESTALE   ? "is of another survey"
              : error == -ENOMEM ? "does not fit into memory"
                                 : "is damaged");
    return EXIT_UNUSABLE;
}

static bool is_stopped(const struct survey *survey)
{
    return atomic_load_explicit(&survey->checkpoint.stop, memory_order_relaxed);
}

static void nap(long ns)
{
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

/* Returns false where the survey has stopped meanwhile. */
static bool wait_until(struct survey *survey, bool (*is_so)(struct survey *survey), long look_ns)
{
    while (!is_so(survey)) {
        if (is_stopped(survey))
            return false;
        nap(look_ns);
    }
    return true;
}

/* Returns false where the survey has stopped meanwhile, or the results cannot be made durable. Numbered files
 * that end meanwhile are synced here, because the writer must not wait for a disk. */
static bool wait_till(struct survey *survey, uint64_t end_ns, int *error)
{
    while (clock_now_ns() < end_ns) {
        if (is_stopped(survey))
            return false;
        *error = record_file_sync_when_behind(&survey->results, &survey->checkpoint.failed);
        if (*error)
            return false;
        nap(LOOK_NS);
    }
    return true;
}

static bool all_are_held(struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (!snapshot_is_held(&survey->senders[i].snapshot) && !atomic_load(&survey->senders[i].ended_ns))
            return false;
    return true;
}

/* Writes the knowledge of all senders into the kernel's cache of the state file. */
static int take_all(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;
    int error = 0;

    self->out = state_file_write(self->file);
    if (!self->out)
        return -ENOMEM;
    for (unsigned i = 0; !error && i < survey->sender_count; i++)
        error = snapshot_take(&survey->senders[i].snapshot, &survey->senders[i].sender, self->out);
    return error;
}

/* Holds senders no longer than it takes. Returns false where the survey has stopped meanwhile, or after an
 * error, which `error` receives. */
static bool take_snapshots(struct survey *survey, int *error)
{
    struct checkpoint *self = &survey->checkpoint;
    uint64_t began_ns = clock_now_ns();

    for (unsigned i = 0; i < survey->sender_count; i++)
        snapshot_ask(&survey->senders[i].snapshot);
    bool held = wait_until(survey, all_are_held, HELD_LOOK_NS);
    if (held)
        *error = take_all(survey);
    for (unsigned i = 0; i < survey->sender_count; i++)
        snapshot_release(&survey->senders[i].snapshot);
    if (clock_now_ns() - began_ns > self->longest_ns)
        self->longest_ns = clock_now_ns() - began_ns;
    return held && !*error;
}

static bool all_have_left(struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (!snapshot_has_left(&survey->senders[i].snapshot, &survey->senders[i].sender))
            return false;
    return true;
}

static bool has_passed(struct survey *survey)
{
    uint64_t records;

    return writer_error(survey->results.writer) || writer_passed(survey->results.writer, &records);
}

/* Stores the number of durable records and the snapshots that refer to them. */
static int store(struct survey *survey, uint64_t records)
{
    const uint64_t numbers[STATE_NUMBERS] = {records, survey->sender_count};
    int error = state_put(survey->checkpoint.out, numbers, STATE_NUMBERS);

    if (!error)
        error = record_file_sync(&survey->results, &survey->checkpoint.failed);
    return error ? error : state_file_store(survey->checkpoint.file);
}

static void fail(struct survey *survey, int error)
{
    const char *results = survey->checkpoint.failed;

    atomic_store(&survey->checkpoint.error, error);
    log_warning(
        "survey: --%s: cannot write %s: %s: after a crash the survey would resume from the checkpoint before",
        results ? "output" : "state", results ? results : survey->config->state_path, strerror(-error));
}

/* Returns false where the survey stops, where results fail, or after an error that was printed. The previous
 * checkpoint then stays. */
static bool reach_durability(struct survey *survey, uint64_t *records, int *error)
{
    uint64_t written;

    if (!take_snapshots(survey, error) || !wait_until(survey, all_have_left, LOOK_NS) ||
        !wait_till(survey, clock_now_ns() + survey->config->cooldown_ns + RECEIVING_NS, error))
        return false;
    writer_mark(survey->results.writer);
    if (!wait_until(survey, has_passed, LOOK_NS) || !writer_passed(survey->results.writer, &written))
        return false;
    *records = survey->checkpoint.before + written;
    return true;
}

static bool has_groups(const struct record_output *output)
{
    for (unsigned i = 0; i < output->count; i++)
        if (output->places[i].format->sealed)
            return true;
    return false;
}

/* Returns the time from one request for snapshots to the next. */
static uint64_t interval_ns(const struct survey *survey)
{
    uint64_t share_ns = LARGEST_SHARE * survey->checkpoint.longest_ns;
    uint64_t least_ns = has_groups(&survey->config->records) ? GROUP_INTERVAL_NS : INTERVAL_NS;

    return share_ns > least_ns ? share_ns : least_ns;
}

static void *checkpoint_main(void *argument)
{
    struct survey *survey = argument;
    uint64_t due_ns = clock_now_ns() + FIRST_NS, records;
    int error = 0;

    prctl(PR_SET_NAME, "checkpoint");
    /* A thread that waits for disks must not have control's urgency. */
    pthread_setschedparam(pthread_self(), SCHED_OTHER, &(struct sched_param){0});
    while (!error && wait_till(survey, due_ns, &error)) {
        due_ns = clock_now_ns();
        if (reach_durability(survey, &records, &error))
            error = store(survey, records);
        else if (!error)
            break;
        due_ns += interval_ns(survey);
    }
    if (error)
        fail(survey, error);
    return NULL;
}

int checkpoint_start(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;
    int error = self->file ? pthread_create(&self->thread, NULL, checkpoint_main, survey) : 0;

    self->started = self->file && !error;
    return -error;
}

void checkpoint_stop(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;

    atomic_store(&self->stop, true);
    if (self->started)
        pthread_join(self->thread, NULL);
    self->started = false;
}

void checkpoint_tell(struct survey *survey, const struct survey_status *status, const char *state)
{
    json_t *part = survey->checkpoint.file ? history_part_json(survey, status, state) : NULL;
    char *text = part ? json_dumps(part, JSON_COMPACT) : NULL;

    /* If this text cannot be made, the metadata has the part later. */
    if (text)
        (void)state_file_tell(survey->checkpoint.file, text);
    free(text);
    json_decref(part);
}

static int store_end(struct survey *survey)
{
    int error = take_all(survey);

    return error ? error : store(survey, survey->checkpoint.before + writer_written(survey->results.writer));
}

void checkpoint_end(struct survey *survey, bool finished, bool settled)
{
    struct checkpoint *self = &survey->checkpoint;
    int error = 0;

    if (!self->file)
        return;
    if (finished)
        late_files_remove(survey->late, survey->config->state_path);
    else if (settled)
        error = store_end(survey);
    if (error)
        fail(survey, error);
}

void checkpoint_close(struct survey *survey)
{
    struct checkpoint *self = &survey->checkpoint;

    state_file_close(self->file);
    free(self->found.bytes);
    free(self->found.live);
    *self = (struct checkpoint){0};
}
