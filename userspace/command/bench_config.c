// SPDX-License-Identifier: GPL-2.0-or-later
/* From the options of hopwire bench to what bench/bench.h is asked for; each function refuses with one line.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/name_list.h"
#include "bench/target_shapes.h"
#include "command/bench.h"
#include "command/commands.h"
#include "engine/sender.h"
#include "host/privilege.h"

enum {
    THREADS_MAX = 64,
};

int bench_refuse(const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_error("bench: %s", text);
    return EXIT_UNUSABLE;
}

static int choose_stages(struct bench_config *config, const char *name)
{
    bool all = strcmp(name, "all") == 0;

    for (size_t i = 0; i < BENCH_STAGES; i++)
        if (all || strcmp(name, bench_stages[i].name) == 0)
            config->stages |= 1U << i;
    return config->stages ? EXIT_DONE
                          : bench_refuse("there is no stage '%s', only tx, rx, craft, match and all", name);
}

static bool measures_tx(const struct bench_config *config)
{
    for (size_t i = 0; i < BENCH_STAGES; i++)
        if (bench_stages[i].uses_tx && (config->stages & (1U << i)))
            return true;
    return false;
}

/* Takes the next piece of "a,b,c" off `text` into `piece`; false at the end. A piece that is too long is cut.
 */
static bool next_piece(const char **text, char *piece, size_t size)
{
    size_t length = strcspn(*text, ",");

    if (!**text)
        return false;
    snprintf(piece, size, "%.*s", (int)length, *text);
    *text += length + ((*text)[length] == ',');
    return true;
}

static int read_numbers(const char *option, const char *text, uint64_t max, uint32_t *values, size_t *count)
{
    const struct option_spec spec = {.min = 1, .max = max};
    struct option_error error;
    char piece[32];

    for (*count = 0; next_piece(&text, piece, sizeof(piece)); ++*count) {
        if (*count == BENCH_LIST_MAX)
            return bench_refuse("%s: at most %d values", option, BENCH_LIST_MAX);
        if (option_number(&spec, piece, &values[*count], &error))
            return bench_refuse("%s: %s", option, error.text);
    }
    return EXIT_DONE;
}

static int choose_tx(struct bench_config *config, const char *text)
{
    char piece[32], names[NAME_LIST_SIZE];
    const struct tx_ops *tx;

    if (!text)
        while ((tx = tx_at(config->tx_count)))
            config->tx[config->tx_count++] = tx;
    while (text && next_piece(&text, piece, sizeof(piece))) {
        tx = tx_find(piece);
        if (!tx)
            return bench_refuse("--tx: there is no '%s', only %s", piece, tx_names(names, sizeof(names)));
        if (config->tx_count == BENCH_LIST_MAX)
            return bench_refuse("--tx: at most %d values", BENCH_LIST_MAX);
        config->tx[config->tx_count++] = tx;
    }
    return EXIT_DONE;
}

static int choose_private_devices(struct bench_config *config, const char *text)
{
    char piece[32];

    while (next_piece(&text, piece, sizeof(piece)))
        if (strcmp(piece, "null") == 0)
            config->devices |= 1U << BENCH_NULL;
        else if (strcmp(piece, "veth") == 0)
            config->devices |= 1U << BENCH_VETH;
        else
            return bench_refuse(
                "--device: there is no '%s', only null and veth (--interface names a real one)", piece);
    if (config->devices == 1U << BENCH_NULL && config->tx_count == 1 && config->tx[0] == &tx_live)
        return bench_refuse(
            "--tx live: the null device takes no redirected frames: measure it with --device veth");
    return EXIT_DONE;
}

/* Nothing is sent before all of this is known. */
static int choose_interface(struct bench_config *config, const struct bench_options *options)
{
    struct prefix_list list = {0};
    struct targets *targets;
    struct egress egress;
    struct egress_error error;

    if (options->device)
        return bench_refuse("--interface and --device exclude each other");
    if (!measures_tx(config))
        return bench_refuse("--interface: only the stage tx sends through an interface of yours");
    if (!options->yes || !options->egress.gateway_mac.given)
        return bench_refuse(
            "--interface %s would be sent to at the highest rate: say --yes and give a destination with "
            "--gateway-mac; nothing was sent",
            options->egress.interface);
    targets = shape_benchmarking(&list) ? NULL : shape_targets(&list, SHAPE_GRANULARITY, NULL);
    if (!targets)
        return bench_refuse("out of memory");
    int result = egress_find(&egress, &options->egress, targets, &error);
    targets_destroy(targets);
    if (result)
        return bench_refuse("%s", error.text);
    config->devices = 1U << BENCH_REAL;
    config->link = egress.link;
    config->source = egress.source;
    memcpy(config->next_hop_mac, egress.next_hop_mac, sizeof(config->next_hop_mac));
    return EXIT_DONE;
}

static int choose_devices(struct bench_config *config, const struct bench_options *options)
{
    if (options->egress.interface)
        return choose_interface(config, options);
    if (options->egress.gateway_mac.given || options->egress.source_ip.given)
        return bench_refuse("--gateway-mac and --source-ip are for --interface");
    return choose_private_devices(config, options->device ? options->device : "null,veth");
}

/* An AF_XDP socket sends on the queue of its number. */
static int check_queues(const struct bench_config *config)
{
    if (config->devices != 1U << BENCH_REAL)
        return EXIT_DONE;
    for (size_t t = 0; t < config->tx_count; t++)
        for (size_t i = 0; config->tx[t]->uses_xdp_socket && i < config->thread_counts; i++)
            if (config->threads[i] > config->link.tx_queues)
                return bench_refuse("--threads: %s has %u TX queues, and --tx xsk needs one a thread",
                                    config->link.name, config->link.tx_queues);
    return EXIT_DONE;
}

static int check_slots(const struct bench_config *config)
{
    if (config->slots & (config->slots - 1))
        return bench_refuse("--slots: %u is not a power of two", config->slots);
    for (size_t i = 0; config->slots && i < config->batch_counts; i++)
        if (config->batches[i] > config->slots)
            return bench_refuse("--slots: %u are fewer than a batch of %u", config->slots,
                                config->batches[i]);
    return EXIT_DONE;
}

static int check_privileges(const struct bench_config *config)
{
    unsigned wanted = 0;

    for (size_t i = 0; i < BENCH_STAGES; i++)
        if (config->stages & (1U << i))
            wanted |= bench_stages[i].privileges;
    for (size_t i = 0; measures_tx(config) && i < config->tx_count; i++)
        wanted |= config->tx[i]->privileges;
    unsigned missing = privilege_missing(wanted);
    if (!missing)
        return EXIT_DONE;
    return bench_refuse("%s is missing: run as root (the stages craft and match need nothing)",
                        privilege_name((enum privilege)(missing & -missing)));
}

int bench_configure(struct bench_config *config, const struct bench_options *options, const char *stage)
{
    int result = choose_stages(config, stage);

    config->size = options->size;
    config->slots = options->slots;
    config->duration_ns = options->duration_ns;
    config->turns = options->turns;
    if (!result)
        result = choose_tx(config, options->tx);
    if (!result)
        result =
            read_numbers("--threads", options->threads, THREADS_MAX, config->threads, &config->thread_counts);
    if (!result)
        result =
            read_numbers("--batch", options->batch, SENDER_BATCH_MAX, config->batches, &config->batch_counts);
    if (!result)
        result = choose_devices(config, options);
    if (!result)
        result = check_queues(config);
    if (!result)
        result = check_slots(config);
    return result ? result : check_privileges(config);
}
