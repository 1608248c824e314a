// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/limits.h"

#include <inttypes.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "survey/parts.h"

enum {
    /* Room for the rest: the writer's buffer, half a megabyte, and the metadata. Lower, and the last records,
     * or the counters, may not fit. Higher, and small disks cannot be used. */
    ROOM_LEAST = 1 << 20,
    /* Used until a record has been written. */
    RECORD_GUESS = 128,
    /* The rate of replies is measured in intervals of this length. Shorter, and one batch looks like a busy
     * second. */
    BUSY_NS = 250000000,
};

/* Replies that come between two checks are on their way, too. */
static const double look_s = 0.25;

uint64_t limits_reserve(double record_bytes, uint64_t pending, double per_second, double seconds)
{
    return ROOM_LEAST + (uint64_t)(record_bytes * ((double)pending + per_second * (seconds + look_s)));
}

static uint64_t replies_accepted(const struct survey *survey)
{
    uint64_t accepted = 0;

    for (unsigned i = 0; i < survey->receiver_count; i++)
        accepted += counter_read(&survey->receivers[i].receiver.counters.verdicts[DECODE_ACCEPTED]);
    return accepted;
}

static void note_busiest(struct limits_watch *watch, uint64_t accepted, uint64_t now_ns)
{
    uint64_t passed = now_ns - watch->looked_ns;

    if (watch->looked_ns && passed < BUSY_NS)
        return;
    if (watch->looked_ns)
        watch->busiest =
            fmax(watch->busiest, (double)(accepted - watch->accepted) * (double)NS_PER_S / (double)passed);
    watch->looked_ns = now_ns;
    watch->accepted = accepted;
}

/* Returns the bytes by which a file of results may still grow: the room that the disk has for this user,
 * within the limit of ulimit -f. Returns UINT64_MAX where it is no file, or the room is not known. */
static uint64_t room_of(const struct destination *results)
{
    struct statvfs disk;
    struct rlimit limit;
    struct stat file;
    uint64_t room;

    if (!destination_is_regular(results) || fstatvfs(destination_disk(results), &disk))
        return UINT64_MAX;
    room = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (results->place->rotation || getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY ||
        fstat(results->fd, &file))
        return room;

    uint64_t may_grow = limit.rlim_cur > (uint64_t)file.st_size ? limit.rlim_cur - (uint64_t)file.st_size : 0;
    return may_grow < room ? may_grow : room;
}

/* Returns the least room of all result files. They may be on one disk, so the room must suffice for all. */
static uint64_t room_left(const struct survey *survey)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < survey->results.count; i++) {
        uint64_t room = room_of(&survey->results.destinations[i]);

        if (room < least)
            least = room;
    }
    return least;
}

static bool is_full(const struct survey *survey, uint64_t accepted)
{
    const struct writer *writer = survey->results.writer;
    uint64_t written = writer_written(writer), done = written + writer_dropped(writer);
    double bytes = written ? (double)writer_bytes(writer) / (double)written : RECORD_GUESS;
    double seconds = (double)survey->config->cooldown_ns / (double)NS_PER_S;

    return room_left(survey) <
           limits_reserve(bytes, accepted > done ? accepted - done : 0, survey->limits.busiest, seconds);
}

struct limit_stop limits_look(struct survey *survey, uint64_t now_ns)
{
    const struct survey_limits *limits = &survey->config->limits;
    uint64_t accepted = replies_accepted(survey);

    note_busiest(&survey->limits, accepted, now_ns);
    if (limits->runtime_ns && now_ns - survey->started_ns >= limits->runtime_ns)
        return (struct limit_stop){STOP_PAUSE, "max-runtime"};
    if (limits->replies && accepted >= limits->replies)
        return (struct limit_stop){STOP_ENOUGH, "max-replies"};
    if (limits->output_bytes && writer_bytes(survey->results.writer) >= limits->output_bytes)
        return (struct limit_stop){STOP_ENOUGH, "max-output"};
    if (is_full(survey, accepted))
        return (struct limit_stop){STOP_FULL, "disk-full"};
    return (struct limit_stop){STOP_NOT, NULL};
}

struct limit_stop limits_cut_probes(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->sender_count; i++)
        if (sender_was_limited(&survey->senders[i].sender))
            return (struct limit_stop){STOP_ENOUGH, "max-probes"};
    return (struct limit_stop){STOP_NOT, NULL};
}

/* The present content of the file counts as room, because it is removed before anything is written. */
static uint64_t room_at_start(const struct destination *results)
{
    uint64_t room = room_of(results);
    struct stat file;

    if (room != UINT64_MAX && fstat(results->fd, &file) == 0)
        room += (uint64_t)file.st_size;
    if (room != UINT64_MAX && results->in_part && stat(results->place->path, &file) == 0)
        room += (uint64_t)file.st_size;
    return room;
}

int limits_check_room(const struct survey *survey)
{
    for (unsigned i = 0; i < survey->results.count; i++) {
        const struct destination *results = &survey->results.destinations[i];
        uint64_t room = room_at_start(results);

        if (room >= ROOM_LEAST)
            continue;
        log_error("survey: --output: %s could grow by %" PRIu64
                  " bytes only: the disk is full, or ulimit -f is low",
                  results->place->path, room);
        return EXIT_UNUSABLE;
    }
    return EXIT_DONE;
}
