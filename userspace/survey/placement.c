// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/placement.h"

#include <errno.h>

static int check_asked(const struct placement_config *config, const struct cpu_list *available,
                       struct error_text *error)
{
    char text[CPU_LIST_TEXT_SIZE];

    for (unsigned i = 0; i < config->asked->count; i++)
        if (!CPU_ISSET(config->asked->cpus[i], config->available))
            return error_text_set(
                error, -EINVAL,
                "--cpus: CPU %u does not exist, or this process may not use it: it may use %s",
                config->asked->cpus[i], cpu_list_format(available, text));
    return 0;
}

static int refuse_too_few(const struct placement_config *config, const struct cpu_list *cpus, unsigned needed,
                          struct error_text *error)
{
    char text[CPU_LIST_TEXT_SIZE];

    cpu_list_format(cpus, text);
    return error_text_set(
        error, -EINVAL, "--threads %u needs %u CPUs%s: %s %s", config->senders, needed,
        config->helpers ? ", because this --tx keeps more than one busy for each sender" : "",
        config->asked->count ? "there are fewer in --cpus" : "this process may use only", text);
}

/* Gives the first CPUs to the senders, and the rest to the receivers. */
static void share(struct placement *out, const struct cpu_list *cpus, unsigned for_senders)
{
    for (unsigned i = 0; i < cpus->count; i++) {
        struct cpu_list *list = i < for_senders ? &out->senders : &out->receivers;

        list->cpus[list->count++] = cpus->cpus[i];
    }
}

static void append(struct cpu_list *list, const struct cpu_list *more)
{
    for (unsigned i = 0; i < more->count; i++)
        list->cpus[list->count++] = more->cpus[i];
}

/* Orders the available CPUs by distance to the device. Where the near ones suffice, removes the others. */
static void stay_near(const struct placement_config *config, unsigned needed, struct cpu_list *available,
                      struct cpu_list *home)
{
    struct cpu_list near = {0}, far = {0};

    for (unsigned i = 0; i < available->count; i++) {
        bool is_near = config->near && CPU_ISSET(available->cpus[i], config->near);

        append(is_near ? &near : &far, &(struct cpu_list){1, {available->cpus[i]}});
    }
    if (near.count > needed)
        *home = near;
    else
        append(&near, &far);
    *available = near;
}

static bool is_left_alone(const struct placement_config *config, unsigned available)
{
    return config->senders == 1 && !config->asked->count &&
           (!config->pin_one || available < 1 + config->helpers);
}

int placement_make(struct placement *out, const struct placement_config *config, struct error_text *error)
{
    unsigned needed = config->senders * (1 + config->helpers);
    struct cpu_list available;
    int result;

    *out = (struct placement){.per_sender = 1 + config->helpers, .asked = config->asked->count > 0};
    cpu_list_set(config->available, &available);
    result = check_asked(config, &available, error);
    if (!config->asked->count)
        stay_near(config, needed, &available, &out->home);
    out->cpus = available.count;
    if (result || is_left_alone(config, available.count))
        return result;

    const struct cpu_list *cpus = config->asked->count ? config->asked : &available;
    if (cpus->count < needed)
        return refuse_too_few(config, cpus, needed, error);
    share(out, cpus, needed);
    return 0;
}

static void add_all(const struct cpu_list *list, cpu_set_t *out)
{
    for (unsigned i = 0; i < list->count; i++)
        CPU_SET(list->cpus[i], out);
}

static unsigned sender_count(const struct placement *placement)
{
    return placement->senders.count / placement->per_sender;
}

/* Returns the CPU of a sender's thread `i`: 0 is its own, others are helpers. */
static unsigned cpu_of(const struct placement *placement, unsigned sender, unsigned i)
{
    return placement->senders.cpus[(size_t)sender * placement->per_sender + i];
}

/* Adds the CPUs of the threads `from` to `end`, exclusive, of every sender. */
static void add_of_senders(const struct placement *placement, unsigned from, unsigned end, cpu_set_t *out)
{
    for (unsigned sender = 0; sender < sender_count(placement); sender++)
        for (unsigned i = from; i < end; i++)
            CPU_SET(cpu_of(placement, sender, i), out);
}

void placement_of_sender(const struct placement *placement, unsigned sender, cpu_set_t *out)
{
    CPU_ZERO(out);
    if (placement->senders.count)
        CPU_SET(cpu_of(placement, sender, 0), out);
    else
        add_all(&placement->home, out);
}

void placement_of_helpers(const struct placement *placement, unsigned sender, cpu_set_t *out)
{
    if (placement->per_sender == 1 || !placement->senders.count) {
        placement_of_sender(placement, sender, out);
        return;
    }
    CPU_ZERO(out);
    for (unsigned i = 1; i < placement->per_sender; i++)
        CPU_SET(cpu_of(placement, sender, i), out);
}

void placement_of_receiver(const struct placement *placement, unsigned receiver, cpu_set_t *out)
{
    const struct cpu_list *cpus = &placement->receivers;

    CPU_ZERO(out);
    if (cpus->count && placement->asked)
        CPU_SET(cpus->cpus[receiver % cpus->count], out);
    else if (cpus->count)
        add_all(cpus, out);
    else if (placement->senders.count)
        add_of_senders(placement, 0, 1, out);
    else
        add_all(&placement->home, out);
}

void placement_of_writer(const struct placement *placement, cpu_set_t *out)
{
    CPU_ZERO(out);
    if (placement->receivers.count)
        add_all(&placement->receivers, out);
    else if (placement->senders.count && placement->per_sender > 1)
        add_of_senders(placement, 1, placement->per_sender, out);
    else
        add_all(&placement->home, out);
}

/* With helpers, frames leave from the CPU of the last helper. */
static unsigned sending_cpu(const struct placement *placement, unsigned sender)
{
    return cpu_of(placement, sender, placement->per_sender - 1);
}

void placement_of_queue(const struct placement *placement, unsigned queue, unsigned queues, cpu_set_t *out)
{
    unsigned senders = sender_count(placement);

    CPU_ZERO(out);
    for (unsigned i = 0; i < senders; i++)
        if (sending_cpu(placement, i) % queues == queue)
            CPU_SET(sending_cpu(placement, i), out);
    if (senders && !CPU_COUNT(out))
        CPU_SET(sending_cpu(placement, queue % senders), out);
}

bool placement_shared_queue(const struct placement *placement, unsigned queues, unsigned *one,
                            unsigned *other)
{
    unsigned senders = sender_count(placement);

    for (unsigned i = 1; i < senders; i++)
        for (unsigned earlier = 0; earlier < i; earlier++) {
            *one = sending_cpu(placement, earlier);
            *other = sending_cpu(placement, i);
            if (*one % queues == *other % queues)
                return true;
        }
    return false;
}
