// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/status_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/output_file.h"

static const char columns[] =
    "real-time,time-elapsed,time-remaining,percent-complete,hit-rate,active-send-threads,"
    "sent-total,sent-last-one-sec,sent-avg-per-sec,"
    "recv-success-total,recv-success-last-one-sec,recv-success-avg-per-sec,"
    "recv-total,recv-total-last-one-sec,recv-total-avg-per-sec,"
    "pcap-drop-total,drop-last-one-sec,drop-avg-per-sec,"
    "sendto-fail-total,sendto-fail-last-one-sec,sendto-fail-avg-per-sec\n";

int status_file_open(struct status_file *file, const char *path, bool overwrite)
{
    *file = (struct status_file){.path = path, .fd = -1};
    if (!path)
        return EXIT_DONE;
    file->fd = output_file_open(path, 0644, overwrite, &file->created);
    if (file->fd >= 0)
        return EXIT_DONE;
    if (file->fd != -EINTR)
        log_error("survey: --status-file: cannot write %s: %s", path, strerror(-file->fd));
    return EXIT_UNUSABLE;
}

bool status_file_is_one(const char *path)
{
    char head[sizeof(columns) - 1];
    int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    bool is_one = fd >= 0 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
                  memcmp(head, columns, sizeof(head)) == 0;

    if (fd >= 0)
        close(fd);
    return is_one;
}

/* Never waits for a reader. */
static int put(const struct status_file *file, const char *text, size_t length)
{
    ssize_t n = write(file->fd, text, length);

    if (n < 0)
        return errno == EAGAIN ? 0 : -errno;
    return n == (ssize_t)length ? 0 : -ENOSPC;
}

int status_file_begin(struct status_file *file)
{
    if (!file->path)
        return 0;
    tzset(); /* reads the zone's file while files can still be opened */
    int error = output_file_empty(file->fd), flags = fcntl(file->fd, F_GETFL);

    if (!error && (flags < 0 || fcntl(file->fd, F_SETFL, flags | O_NONBLOCK)))
        error = -errno;
    if (!error)
        error = put(file, columns, sizeof(columns) - 1);
    file->created = file->created && error;
    return error;
}

void status_file_close(struct status_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    if (file->created)
        unlink(file->path);
    *file = (struct status_file){.fd = -1};
}

bool status_file_due(const struct status_file *file, uint64_t now_ns)
{
    return file->path && now_ns >= file->due_ns;
}

struct status_sums status_sums_of(const struct survey_status *status)
{
    const struct ledger *ledger = &status->ledger;

    return (struct status_sums){
        .sent = ledger->sent,
        .success = ledger->accepted,
        .received = ledger->received - ledger->passed,
        .dropped = status_lost(status) - ledger->tx_dropped,
        .failed = ledger->tx_dropped,
    };
}

/* Counters of a running survey are read one after the other, so a sum may seem to decrease. */
static double per_second(uint64_t total, uint64_t before, double seconds)
{
    return total > before && seconds > 0 ? (double)(total - before) / seconds : 0;
}

static int put_counts(char *p, uint64_t total, uint64_t before, const struct status_line *line)
{
    return sprintf(p, ",%" PRIu64 ",%.0f,%.0f", total, per_second(total, before, line->interval),
                   per_second(total, 0, line->elapsed));
}

/* Empty where the number of probes is not known. */
static int put_progress(char *p, const struct status_line *line)
{
    const struct survey_status *status = line->status;
    bool known = status->probes != STRATEGY_LEFT_UNKNOWN;
    double rate = status_rate(status);

    if (line->done)
        return sprintf(p, ",0,100.000000");
    if (!known)
        return sprintf(p, ",,");
    double left = (double)(status->probes - status->ledger.generated);
    double share = status->probes ? (double)status->ledger.generated / (double)status->probes : 1;
    /* After sending there is still the cooldown: 100 % is for the end. */
    int length = left > 0 && rate > 0 ? sprintf(p, ",%.0f", left / rate) : sprintf(p, ",0");
    return length + sprintf(p + length, ",%f", share < 1 ? 100 * share : 99.999999);
}

int status_line_format(const struct status_line *line, char text[STATUS_LINE_SIZE])
{
    const struct status_sums now = status_sums_of(line->status), *before = &line->before;
    char *p = text;
    struct tm local;

    localtime_r(&line->real_time, &local);
    p += strftime(p, 32, "%Y-%m-%d %H:%M:%S", &local);
    p += sprintf(p, ",%.0f", line->elapsed);
    p += put_progress(p, line);
    p += sprintf(p, ",%f,%u", now.sent ? 100.0 * (double)now.success / (double)now.sent : 0, line->active);
    p += put_counts(p, now.sent, before->sent, line);
    p += put_counts(p, now.success, before->success, line);
    p += put_counts(p, now.received, before->received, line);
    p += put_counts(p, now.dropped, before->dropped, line);
    p += put_counts(p, now.failed, before->failed, line);
    *p++ = '\n';
    return (int)(p - text);
}

void status_file_write(struct status_file *file, struct status_line *line, uint64_t now_ns)
{
    char text[STATUS_LINE_SIZE];
    uint64_t last = file->written_ns;

    line->before = file->written;
    line->interval = last ? (double)(now_ns - last) / (double)NS_PER_S : line->elapsed;
    int error = put(file, text, (size_t)status_line_format(line, text));
    if (error && error != file->error)
        log_warning("survey: --status-file: cannot write %s: %s", file->path, strerror(-error));
    file->error = error;
    file->written = status_sums_of(line->status);
    file->written_ns = now_ns;
    file->due_ns = (file->due_ns && file->due_ns + 2 * NS_PER_S > now_ns ? file->due_ns : now_ns) + NS_PER_S;
}
