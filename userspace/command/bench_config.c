// SPDX-License-Identifier: GPL-2.0-or-later
/* From the options of hopwire bench to a configuration of bench/bench.h. Each function refuses with one
 * line. */
#include <stdio.h>
#include <string.h>

#include "base/choices.h"
#include "base/number.h"
#include "bench/target_shapes.h"
#include "command/bench.h"
#include "command/commands.h"
#include "engine/sender.h"
#include "host/privilege.h"
#include "session/refuse.h"

enum {
    THREADS_MAX = 64,
};

static int choose_stages(struct bench_config *config, const char *name)
{
    int position = choices_find(bench_stage_choices, name);

    if (position < 0)
        return command_refuse_name("bench", "STAGE", bench_stage_choices, name);
    config->stages = strcmp(name, BENCH_ALL_STAGES) == 0 ? (1U << BENCH_STAGES) - 1 : 1U << position;
    return EXIT_DONE;
}

static bool measures_tx(const struct bench_config *config)
{
    for (size_t i = 0; i < BENCH_STAGES; i++)
        if (bench_stages[i].uses_tx && (config->stages & (1U << i)))
            return true;
    return false;
}

/* Copies the next piece of "a,b,c" from `text` into `piece`, and moves `text` behind it; returns false at the
 * end. A piece that is too long is cut. */
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
    struct error_text error;
    char piece[32];

    for (*count = 0; next_piece(&text, piece, sizeof(piece)); ++*count) {
        if (*count == BENCH_LIST_MAX)
            return command_refuse("bench", "%s: at most %d values", option, BENCH_LIST_MAX);
        if (option_number(&spec, piece, &values[*count], &error))
            return command_refuse("bench", "%s: %s", option, error.text);
    }
    return EXIT_DONE;
}

/* Calls `take` with the position of each name in a list, or with all positions if there is no list. */
static int choose_from(const char *option, choice_at *choices, const char *list,
                       void (*take)(struct bench_config *config, size_t position),
                       struct bench_config *config)
{
    struct choice choice;
    char piece[32];

    for (size_t i = 0; !list && choices(i, &choice); i++)
        take(config, i);
    while (list && next_piece(&list, piece, sizeof(piece))) {
        int position = choices_find(choices, piece);

        if (position < 0)
            return command_refuse_name("bench", option, choices, piece);
        take(config, (size_t)position);
    }
    return EXIT_DONE;
}

/* Adds each backend once, however often it is named. */
static void take_tx(struct bench_config *config, size_t position)
{
    const struct tx_ops *tx = tx_at(position);

    for (size_t i = 0; i < config->tx_count; i++)
        if (config->tx[i] == tx)
            return;
    config->tx[config->tx_count++] = tx;
}

static void take_device(struct bench_config *config, size_t position)
{
    config->devices |= 1U << position;
}

static int choose_private_devices(struct bench_config *config, const char *list)
{
    int result = choose_from("--device", bench_device_choices, list, take_device, config);

    if (!result && config->devices == 1U << BENCH_NULL && config->tx_count == 1 && config->tx[0] == &tx_live)
        return command_refuse(
            "bench",
            "--tx live: the null device accepts no redirected frames: measure it with --device veth");
    return result;
}

/* All of this is determined before anything is sent. */
static int choose_interface(struct bench_config *config, const struct bench_options *options)
{
    struct prefix_list list = {0};
    struct targets *targets;
    struct egress_options egress = options->egress;
    struct error_text error;
    struct ways ways;

    if (options->device)
        return command_refuse("bench", "--interface and --device exclude each other");
    if (!measures_tx(config))
        return command_refuse("bench", "--interface is only for the stage tx");
    if (!options->yes || !options->egress.gateway_mac.given)
        return command_refuse("bench",
                              "--interface %s: this sends at the highest rate: give --yes to agree, and a "
                              "destination with --gateway-mac; nothing was sent",
                              options->egress.interface);
    targets = shape_benchmarking(&list) ? NULL : shape_targets(&list, SHAPE_GRANULARITY, NULL);
    if (!targets)
        return command_refuse("bench", "out of memory");
    egress.single = true;
    egress.layouts = layout_pair_of(&config->layout);
    int result = ways_find(&ways, &egress, targets, &error);
    ways_free(&ways);
    targets_destroy(targets);
    if (result)
        return command_refuse("bench", "%s", error.text);
    config->devices = 1U << BENCH_REAL;
    config->link = ways.list[0].egress.link;
    config->source = ways.list[0].egress.source;
    memcpy(config->next_hop_mac, ways.list[0].egress.next_hop_mac, sizeof(config->next_hop_mac));
    return EXIT_DONE;
}

static int choose_devices(struct bench_config *config, const struct bench_options *options)
{
    if (options->egress.interface)
        return choose_interface(config, options);
    if (options->egress.gateway_mac.given || !address_pair_is_none(&options->egress.sources))
        return command_refuse("bench", "--gateway-mac and --source-ip need --interface");
    return choose_private_devices(config, options->device);
}

/* An AF_XDP socket sends on the queue with its number. */
static int check_queues(const struct bench_config *config)
{
    if (config->devices != 1U << BENCH_REAL)
        return EXIT_DONE;
    for (size_t t = 0; t < config->tx_count; t++)
        for (size_t i = 0; config->tx[t]->uses_xdp_socket && i < config->thread_counts; i++)
            if (config->threads[i] > config->link.tx_queues)
                return command_refuse(
                    "bench", "--threads: %s has %u TX queue%s, and --tx xsk needs one per thread",
                    config->link.name, config->link.tx_queues, plural(config->link.tx_queues));
    return EXIT_DONE;
}

static int check_slots(const struct bench_config *config)
{
    if (config->slots & (config->slots - 1))
        return command_refuse("bench", "--slots: %u is not a power of two", config->slots);
    for (size_t i = 0; config->slots && i < config->batch_counts; i++)
        if (config->batches[i] > config->slots)
            return command_refuse("bench", "--slots: %u is less than a batch of %u", config->slots,
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
    return command_refuse("bench",
                          "%s is missing: run as root (the stages craft and match need no privileges)",
                          privilege_name((enum privilege)(missing & -missing)));
}

static int choose_world(struct bench_config *config, const struct bench_options *options)
{
    double interfaces = options->interfaces ? options->interfaces : options->links / 5;

    if (!options->links)
        return options->interfaces ? command_refuse("bench", "--interfaces needs --links") : EXIT_DONE;
    if (!(config->stages & (1U << BENCH_STAGE_MATCH)))
        return command_refuse("bench", "--links is only for the stage match");
    if (!(options->links >= LARGE_WORLD_LINKS_MIN && options->links <= LARGE_WORLD_LINKS_MAX))
        return command_refuse("bench", "--links: give a number from %d to %d", LARGE_WORLD_LINKS_MIN,
                              LARGE_WORLD_LINKS_MAX);
    if (!(interfaces >= options->links / 100 && interfaces <= options->links))
        return command_refuse("bench", "--interfaces: give a number from a hundredth of --links to --links");
    config->links = (uint64_t)options->links;
    config->interfaces = (uint64_t)interfaces;
    large_world_name(config->links, config->world_name);
    return EXIT_DONE;
}

static int choose_family(struct bench_config *config, const struct bench_options *options)
{
    if (!options->ipv6)
        return EXIT_DONE;
    if (options->egress.interface || options->links || options->size)
        return command_refuse("bench", "--ipv6 cannot be combined with --interface, --links or --size");

    struct layout_choice ipv6 = layout_pair_of(&config->layout).ipv6;
    if (!ipv6.layout)
        return command_refuse("bench", "--ipv6: there are no probes by %s", config->layout.layout->name);
    config->layout = ipv6;
    return EXIT_DONE;
}

int bench_configure(struct bench_config *config, const struct bench_options *options, const char *stage)
{
    int result = choose_stages(config, stage);

    if (!result)
        result = command_choose_layout("bench", &options->probe, 1, &config->layout);
    if (!result)
        result = choose_family(config, options);
    config->size = options->size;
    config->slots = options->slots;
    config->duration_ns = options->duration_ns;
    config->turns = options->turns;
    if (!result)
        result = choose_from("--tx", tx_backends, options->tx, take_tx, config);
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
        result = choose_world(config, options);
    if (!result)
        result = check_slots(config);
    return result ? result : check_privileges(config);
}
