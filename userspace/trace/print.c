// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/print.h"

#include "base/address_text.h"
#include "session/answer_text.h"
#include "session/tos_text.h"
#include "trace/names.h"
#include "trace/path_tos.h"
#include "trace/whose.h"

static const struct trace_job *present(const struct printer *printer)
{
    return &printer->jobs[printer->job];
}

static void print_header(const struct printer *printer)
{
    const struct path_config *config = path_config(present(printer)->path);
    char address[ADDRESS_TEXT_SIZE];

    address_format(config->target_address, address);
    fprintf(printer->out, "traceroute to %s (%s), %u hops max, %u byte packets", present(printer)->host->name,
            address, config->max_ttl, config->size);
    if (printer->style->many_flows)
        fprintf(printer->out, ", flow %u", config->flow);
    fputc('\n', printer->out);
}

/* Compares with what the hops before quoted, so that a change is printed at the first hop that saw it. */
static void print_tos(const struct printer *printer, const struct record *record)
{
    uint8_t before = path_tos_before(present(printer)->path, record->probe_ttl, printer->style->tos);
    char text[TOS_TEXT_SIZE];

    fputs(tos_change(before, record->quoted_tos, text), printer->out);
}

static void print_responder(const struct printer *printer, const struct record *record)
{
    const struct trace_style *style = printer->style;
    char address[ADDRESS_TEXT_SIZE], text[ANSWER_TEXT_SIZE], whose[WHOSE_TEXT_SIZE];
    const char *name = address;

    address_format(record->responder, address);
    if (!style->names) {
        fprintf(printer->out, " %s", address);
    } else {
        names_get(style->names, record->responder, &name);
        fprintf(printer->out, " %s (%s)", name, address);
    }
    fputs(whose_text(&style->owners, record->responder, whose), printer->out);
    fputs(answer_labels(record, text), printer->out);
    fputs(answer_objects(record, text), printer->out);
    fputs(answer_hints(record, path_config(present(printer)->path)->target_address, text), printer->out);
    print_tos(printer, record);
}

/* As traceroute --back: printed only where the way back seems to have another length. */
static void print_back(const struct printer *printer, const struct record *record)
{
    unsigned back = answer_back(record);

    if (printer->style->back && back != record->probe_ttl)
        fprintf(printer->out, " '-%u'", back);
}

/* As traceroute --mtu: printed at the first hop, and where the MTU became smaller; with '?' where that is a
 * guess. */
static void print_mtu(const struct printer *printer, unsigned ttl)
{
    const struct path *path = present(printer)->path;
    struct mtu mtu = path_mtu_before(path, ttl);

    if (!path_config(path)->find_mtu)
        return;
    if (!mtu.size && ttl == path_config(path)->first_ttl)
        mtu.size = path_config(path)->size;
    if (mtu.size)
        fprintf(printer->out, " F=%u%s", mtu.size, mtu.guessed ? "?" : "");
}

static void print_hop(const struct printer *printer, unsigned ttl)
{
    const struct path *path = present(printer)->path;
    const struct record *before = NULL;

    fprintf(printer->out, "%2u ", ttl);
    for (unsigned i = 0; i < path_config(path)->queries; i++) {
        const struct path_query *query = path_query(path, ttl, i);
        const struct record *record = &query->record;
        char text[ANSWER_TEXT_SIZE];

        if (query->state != QUERY_ANSWERED) {
            fputs(" *", printer->out);
            continue;
        }
        if (!before || !address_equal(record->responder, before->responder)) {
            print_responder(printer, record);
            print_back(printer, record);
        }
        fprintf(printer->out, "  %s ms", answer_rtt(record->rtt_us, text));
        fputs(answer_annotation(record, path_meaning(path, query) == ANSWER_ARRIVED, text), printer->out);
        if (!before)
            print_mtu(printer, ttl);
        before = record;
    }
    fputc('\n', printer->out);
}

static bool path_is_done(const struct path *path)
{
    return path_rounds(path) > 0;
}

static void begin_job(struct printer *printer)
{
    print_header(printer);
    printer->ttl = path_config(present(printer)->path)->first_ttl;
}

static void next_job(struct printer *printer)
{
    printer->job++;
    printer->ttl = 0;
    if (printer->job < printer->job_count)
        begin_job(printer);
}

/* Goes one step forward. Returns false where the next step has to wait. */
static bool advance(struct printer *printer, uint64_t now_ns)
{
    const struct path *path = present(printer)->path;

    if (printer->ttl == 0) {
        begin_job(printer);
        return true;
    }
    if (printer->ttl > path_length(path)) {
        if (!path_is_done(path))
            return false;
        next_job(printer);
        return true;
    }
    if (!path_hop_settled(path, printer->ttl))
        return false;

    bool open = path_hop_names_open(path, printer->ttl, printer->style->names);
    if (name_patience_waits(&printer->patience, open, now_ns))
        return false;
    print_hop(printer, printer->ttl++);
    return true;
}

bool printer_finished(const struct printer *printer)
{
    return printer->job == printer->job_count;
}

uint64_t printer_step(struct printer *printer, uint64_t now_ns)
{
    bool any = false;

    while (!printer_finished(printer) && advance(printer, now_ns))
        any = true;
    if (any)
        fflush(printer->out);
    return name_patience_due(&printer->patience);
}

static bool anything_sent(const struct path *path, unsigned ttl)
{
    return path_query(path, ttl, 0)->state != QUERY_UNSENT;
}

void printer_give_up(struct printer *printer)
{
    for (; !printer_finished(printer); printer->job++, printer->ttl = 0) {
        const struct path *path = present(printer)->path;

        if (printer->ttl == 0 && !anything_sent(path, path_config(path)->first_ttl)) {
            fprintf(printer->out, "%s was not probed\n", present(printer)->host->name);
            continue;
        }
        if (printer->ttl == 0)
            begin_job(printer);
        while (printer->ttl <= path_length(path) && anything_sent(path, printer->ttl))
            print_hop(printer, printer->ttl++);
    }
    fflush(printer->out);
}
