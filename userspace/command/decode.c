// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire decode: decodes and matches captured replies in the same way as live ones. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "base/options.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/output_options.h"
#include "engine/capture_clock.h"
#include "engine/match.h"
#include "engine/plan.h"
#include "ip_header.h"
#include "output/ledger.h"
#include "packet/old_tags.h"
#include "receive/capture.h"
#include "session/record_stream.h"
#include "session/refuse.h"

struct decode_options {
    const char *metadata;
    struct output_options records;
    uint64_t duplicate_memory;
    bool quiet;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct decode_options, name)

static const struct option_spec specs[] = {
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "metadata of the survey whose replies these are\n(RESULTS.meta.json)"},
    OUTPUT_OPTION_SPECS(offsetof(struct decode_options, records), 'f',
                        "file of results; its extension sets the format\ndefault: - (CSV on stdout)",
                        "overwrite an existing output"),
    {"duplicate-memory", 0, "BYTES", FIELD(option_size, duplicate_memory),
     .help = "for recognizing duplicate replies (default: 1G)"},
    {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "no summary"},
    {0},
};

const struct option_table decode_option_table = {
    .command = "decode",
    .operands = "FILE.pcap|FILE.pcapng",
    .summary =
        "Reads captured replies (pcap or pcapng, also .gz or .zst) of a survey and writes them as the\n"
        "survey would have.",
    .specs = specs,
};

struct decoding {
    struct survey_metadata metadata;
    struct plan plan;
    struct answered answered;
    struct allowance allowance;
    struct matcher matcher;
    struct record_output output;
    struct record_stream stream;
    bool untimed; /* the capture's clock is not that of the survey */
    uint64_t verdicts[DECODE_VERDICTS];
    uint8_t copy[1 << 16]; /* of a packet whose tags are converted */
};

static int read_survey(struct decoding *decoding, const struct decode_options *options)
{
    struct error_text error;

    if (!options->metadata) {
        log_error("decode: --metadata FILE is needed: it holds the key of the survey");
        return EXIT_UNUSABLE;
    }
    if (metadata_read(options->metadata, &decoding->metadata, &error)) {
        log_error("decode: --metadata: %s", error.text);
        return EXIT_UNUSABLE;
    }
    if (decoding->metadata.merged) {
        log_error(
            "decode: --metadata: %s describes several runs: give the metadata of the run that was captured",
            options->metadata);
        return EXIT_UNUSABLE;
    }
    if (plan_from_metadata(&decoding->plan, &decoding->metadata, &error)) {
        log_error("decode: --metadata: %s: %s", options->metadata, error.text);
        return EXIT_UNUSABLE;
    }
    if (answered_init(&decoding->answered, targets_count(decoding->plan.targets), decoding->plan.config.flows,
                      decoding->plan.config.max_ttl, options->duplicate_memory)) {
        log_error("decode: out of memory: lower --duplicate-memory");
        return EXIT_FAILED;
    }
    decoding->allowance = (struct allowance){.probes = decoding->plan.probes};
    decoding->matcher = (struct matcher){
        .targets = decoding->plan.targets,
        .min_ttl = decoding->plan.config.min_ttl,
        .max_ttl = decoding->plan.config.max_ttl,
        .flows = decoding->plan.config.flows,
        .shard = (uint16_t)decoding->plan.config.shard.index,
        .late_after_us = (uint32_t)decoding->metadata.late_after_us,
        .clock = decoding->metadata.clock,
        .ended_ns = decoding->metadata.ended ? clock_to_monotonic_ns(&decoding->metadata.clock,
                                                                     decoding->metadata.end_us * NS_PER_US)
                                             : 0,
        .answered = &decoding->answered,
        .allowance = &decoding->allowance,
    };
    return EXIT_DONE;
}

/* Reads the next packet, with tags in the current format. A packet longer than `copy` is no reply. */
static int next_packet(struct decoding *decoding, struct capture *capture, struct captured_packet *out,
                       struct error_text *error)
{
    int result = capture_next(capture, out, error);

    if (result <= 0 || decoding->metadata.tags >= LAYOUT_TAGS || out->length > sizeof(decoding->copy))
        return result;
    memcpy(decoding->copy, out->ip, out->length);
    old_tags_renew(decoding->plan.config.layout.key, decoding->copy, out->length);
    out->ip = decoding->copy;
    return result;
}

static enum decode_verdict decode_reply(const struct decoding *decoding, const struct captured_packet *packet,
                                        struct reply *out)
{
    return reply_decode_ip(&decoding->plan.layouts, packet->ip, packet->length, out);
}

/* Captures on the survey's own interface include its probes, which show most about the clock. */
static bool is_probe(const struct decoding *decoding, const struct captured_packet *packet,
                     struct quoted_probe *out)
{
    enum address_family family = packet->length ? ip_family(packet->ip) : FAMILY_IPV6;
    const struct layout_choice *choice = layout_of_family(&decoding->plan.layouts, family);

    return choice->layout && layout_read_own(choice, packet->ip, packet->length, out);
}

static void look_at_time(const struct decoding *decoding, const struct captured_packet *packet,
                         struct capture_clock *clock)
{
    const struct matcher *matcher = &decoding->matcher;
    uint64_t captured_ns = clock_to_monotonic_ns(&matcher->clock, packet->realtime_ns);
    struct match_place place;
    struct quoted_probe probe;
    struct reply reply;

    capture_clock_packet(clock, packet->realtime_ns);
    if (!packet->realtime_ns)
        return;
    if (is_probe(decoding, packet, &probe))
        capture_clock_probe(clock, probe.sent_at, (uint32_t)(captured_ns / NS_PER_US));
    else if (decode_reply(decoding, packet, &reply) == DECODE_ACCEPTED && reply_tells_time(&reply) &&
             match_find(matcher, &reply, &place) == DECODE_ACCEPTED)
        capture_clock_reply(clock, match_rtt_us(matcher, &reply, captured_ns), matcher->late_after_us);
}

/* Reads the whole capture once, only to judge its clock. Errors in the file are reported by the second
 * reading. */
static int judge_clock(struct decoding *decoding, struct capture *capture, const char *path)
{
    struct captured_packet packet;
    struct capture_clock clock = {0};
    struct error_text error;

    while (next_packet(decoding, capture, &packet, &error) > 0)
        look_at_time(decoding, &packet, &clock);
    if (capture_rewind(capture, &error)) {
        log_error("decode: %s", error.text);
        return EXIT_UNUSABLE;
    }
    enum capture_clock_verdict verdict = capture_clock_judge(&clock);
    if (verdict == CAPTURE_CLOCK_NONE)
        log_warning("%s: the packets have no time stamps: times and RTTs are left out", path);
    else if (verdict == CAPTURE_CLOCK_OTHER)
        log_warning("%s: the time stamps are of another clock than the survey's (packets before their probes "
                    "were sent, or much later): RTTs are left out",
                    path);
    decoding->untimed = verdict != CAPTURE_CLOCK_RIGHT;
    return EXIT_DONE;
}

static void decode_packet(struct decoding *decoding, const struct captured_packet *packet)
{
    uint64_t received_ns = clock_to_monotonic_ns(&decoding->matcher.clock, packet->realtime_ns);
    struct reply reply;
    struct match match;
    struct record *record = &match.record;
    enum decode_verdict verdict = decode_reply(decoding, packet, &reply);

    if (verdict == DECODE_ACCEPTED)
        verdict = match_reply(&decoding->matcher, &reply, received_ns, true, &match);
    decoding->verdicts[verdict]++;
    if (verdict != DECODE_ACCEPTED)
        return;
    if (decoding->untimed || !packet->realtime_ns) {
        record->rtt_us = RECORD_NO_RTT;
        record->flags &= (uint16_t)~RECORD_LATE;
        record->time_us = packet->realtime_ns / NS_PER_US;
    }
    recorders_append(&decoding->stream.recorders, record);
}

/* Warns of other interfaces in the same file, which are skipped, and of packets within other protocols. */
static void warn_of_unknown(const struct capture *capture, const char *path)
{
    struct captured_unknown unknown = capture_unknown(capture);
    char count[NUMBER_TEXT_SIZE];

    if (unknown.packets)
        log_warning("%s: packets of interfaces that are not decoded: %s (the first has link type %d)", path,
                    number_group(unknown.packets, count), unknown.link_type);
    if (unknown.inside)
        log_warning("%s: packets within protocols that are not decoded: %s (the first has EtherType 0x%04x)",
                    path, number_group(unknown.inside, count), unknown.ethertype);
}

static int decode_all(struct decoding *decoding, struct capture *capture)
{
    struct captured_packet packet;
    struct error_text error;
    int result = 0;

    while (!record_stream_failed(&decoding->stream) &&
           (result = next_packet(decoding, capture, &packet, &error)) > 0)
        decode_packet(decoding, &packet);
    bool whole = result == 0 || result == -ENODATA;
    int finished = record_stream_finish(&decoding->stream, whole);

    if (finished)
        return finished;
    if (result == -ENODATA)
        log_warning("%s: the capture ends within a packet; all before it is decoded", error.text);
    else if (!whole)
        log_error("decode: %s", error.text);
    return whole ? EXIT_DONE : EXIT_UNUSABLE;
}

static void print_summary(const struct decoding *decoding)
{
    uint64_t packets = 0;

    for (int i = 0; i < DECODE_VERDICTS; i++)
        packets += decoding->verdicts[i];
    log_info("decoded %" PRIu64 " packet%s: %" PRIu64 " accepted", packets, plural(packets),
             decoding->verdicts[DECODE_ACCEPTED]);
    if (decoding->verdicts[DECODE_EXCESS])
        log_info("  %-14s %" PRIu64, "excess", decoding->verdicts[DECODE_EXCESS]);
    for (int i = 0; i < DECODE_REJECTIONS; i++)
        if (decoding->verdicts[i])
            log_info("  %-14s %" PRIu64, decode_rejection_names[i], decoding->verdicts[i]);
}

static int check_files(const struct decode_options *options, const char *capture)
{
    const struct command_file files[] = {
        OUTPUT_FILES(options->records.output.names, FILE_WRITTEN),
        {"--metadata", options->metadata, FILE_READ},
        {"the capture", capture, FILE_READ},
    };

    return command_files_check("decode", files, sizeof(files) / sizeof(files[0]), options->records.overwrite);
}

static int run(struct decoding *decoding, const struct decode_options *options, const char *path)
{
    struct capture *capture = NULL;
    struct error_text error;
    int result = output_options_choose("decode", &options->records, &decoding->output);

    if (!result)
        result = check_files(options, path);

    if (!result)
        result = read_survey(decoding, options);
    if (result)
        return result;
    if (capture_open(&capture, path, &error)) {
        log_error("decode: %s", error.text);
        return EXIT_UNUSABLE;
    }
    result = judge_clock(decoding, capture, path);
    if (result == EXIT_DONE)
        result = record_stream_open(&decoding->stream, "decode", &decoding->output, &decoding->metadata);
    if (result == EXIT_DONE)
        result = decode_all(decoding, capture);
    warn_of_unknown(capture, path);
    if (result == EXIT_DONE && !options->quiet)
        print_summary(decoding);
    capture_close(capture);
    return result;
}

int command_decode(int argc, char **argv)
{
    struct decode_options options = {.records.output.names = {"-"}, .duplicate_memory = 1ULL << 30};
    struct decoding decoding = {0};
    int first = options_parse(&decode_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - first != 1) {
        log_error("decode: give one capture file (see 'hopwire decode --help')");
        return EXIT_UNUSABLE;
    }
    int result = run(&decoding, &options, argv[first]);

    record_stream_close(&decoding.stream);
    answered_free(&decoding.answered);
    plan_free(&decoding.plan);
    metadata_free(&decoding.metadata);
    return result;
}
