// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/fleet.h"

#include <errno.h>
#include <stdlib.h>

struct member {
    struct strategy *strategy;
    uint64_t due_ns;
    size_t place; /* position in the heap */
};

struct fleet {
    struct strategy base;
    struct member *members;
    size_t *heap; /* numbers of members, the first due at the top */
    size_t count, room;
    size_t running;  /* members in the heap, which are those that are not done */
    uint64_t now_ns; /* of the last next() */
};

struct strategy *fleet_strategy(struct fleet *fleet)
{
    return &fleet->base;
}

size_t fleet_count(const struct fleet *fleet)
{
    return fleet->count;
}

struct strategy *fleet_member(const struct fleet *fleet, size_t number)
{
    return fleet->members[number].strategy;
}

static void put(struct fleet *fleet, size_t place, size_t number)
{
    fleet->heap[place] = number;
    fleet->members[number].place = place;
}

static uint64_t due_at(const struct fleet *fleet, size_t place)
{
    return fleet->members[fleet->heap[place]].due_ns;
}

static void sift_up(struct fleet *fleet, size_t place)
{
    size_t number = fleet->heap[place];

    for (; place > 0 && fleet->members[number].due_ns < due_at(fleet, (place - 1) / 2);
         place = (place - 1) / 2)
        put(fleet, place, fleet->heap[(place - 1) / 2]);
    put(fleet, place, number);
}

static void sift_down(struct fleet *fleet, size_t place)
{
    size_t number = fleet->heap[place];

    for (size_t child; (child = 2 * place + 1) < fleet->running; place = child) {
        if (child + 1 < fleet->running && due_at(fleet, child + 1) < due_at(fleet, child))
            child++;
        if (fleet->members[number].due_ns <= due_at(fleet, child))
            break;
        put(fleet, place, fleet->heap[child]);
    }
    put(fleet, place, number);
}

static void retire(struct fleet *fleet, size_t place)
{
    size_t last = fleet->heap[--fleet->running];

    if (place == fleet->running)
        return;
    put(fleet, place, last);
    sift_up(fleet, place);
    sift_down(fleet, fleet->members[last].place);
}

static bool is_running(const struct fleet *fleet, size_t number)
{
    size_t place = fleet->members[number].place;

    return place < fleet->running && fleet->heap[place] == number;
}

/* Updates when a member is due. A member that is overdue counts as due now, not as due since long ago. */
static void reorder(struct fleet *fleet, size_t number, uint64_t now_ns)
{
    struct member *member = &fleet->members[number];
    uint64_t due;

    if (!is_running(fleet, number))
        return;
    if (member->strategy->ops->done(member->strategy)) {
        retire(fleet, member->place);
        return;
    }
    due = member->strategy->ops->next_due(member->strategy, now_ns);
    member->due_ns = due > now_ns ? due : now_ns;
    sift_up(fleet, member->place);
    sift_down(fleet, member->place);
}

static int grow(struct fleet *fleet)
{
    size_t room = fleet->room ? 2 * fleet->room : 16;
    struct member *members = realloc(fleet->members, room * sizeof(*members));

    if (!members)
        return -ENOMEM;
    fleet->members = members;
    size_t *heap = realloc(fleet->heap, room * sizeof(*heap));
    if (!heap)
        return -ENOMEM;
    fleet->heap = heap;
    fleet->room = room;
    return 0;
}

int fleet_add(struct fleet *fleet, struct strategy *member, uint64_t now_ns)
{
    if (fleet->count == fleet->room && grow(fleet))
        return -ENOMEM;
    /* The heap has no gaps: its first `running` places are those of running members, so the next is free. */
    size_t number = fleet->count++, place = fleet->running++;
    fleet->members[number] = (struct member){.strategy = member, .place = place};
    fleet->heap[place] = number;
    reorder(fleet, number, now_ns);
    return 0;
}

void fleet_wake(struct fleet *fleet, size_t number, uint64_t now_ns)
{
    reorder(fleet, number, now_ns);
}

static size_t fleet_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct fleet *fleet = (struct fleet *)strategy;
    size_t count = 0;

    fleet->now_ns = now_ns;
    /* A member that is due and has nothing to send is still called, so that it gives up what it waited
     * for. */
    for (size_t turns = fleet->running; turns && count < n && fleet->running; turns--) {
        size_t number = fleet->heap[0];
        struct strategy *member = fleet->members[number].strategy;

        if (fleet->members[number].due_ns > now_ns)
            break;
        count += member->ops->next(member, now_ns, out + count, n - count);
        reorder(fleet, number, now_ns);
    }
    return count;
}

static uint64_t fleet_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct fleet *fleet = (const struct fleet *)strategy;

    (void)now_ns;
    return fleet->running ? due_at(fleet, 0) : UINT64_MAX;
}

static void fleet_reply(struct strategy *strategy, const struct answer *answer)
{
    struct fleet *fleet = (struct fleet *)strategy;

    if (answer->target >= fleet->count)
        return;

    struct strategy *member = fleet->members[answer->target].strategy;
    member->ops->reply(member, answer);
    reorder(fleet, answer->target, answer->arrived_ns);
}

static void fleet_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct fleet *fleet = (struct fleet *)strategy;

    if (probe->owner >= fleet->count)
        return;
    strategy_unsent(fleet->members[probe->owner].strategy, probe, why);
    reorder(fleet, probe->owner, fleet->now_ns);
}

static bool fleet_done(const struct strategy *strategy)
{
    return ((const struct fleet *)strategy)->running == 0;
}

static void fleet_close(struct strategy *strategy)
{
    struct fleet *fleet = (struct fleet *)strategy;

    for (size_t i = 0; i < fleet->count; i++)
        fleet->members[i].strategy->ops->close(fleet->members[i].strategy);
    free(fleet->members);
    free(fleet->heap);
    free(fleet);
}

static const struct strategy_ops fleet_ops = {
    .name = "fleet",
    .help = "many strategies as one",
    .close = fleet_close,
    .next = fleet_next,
    .next_due = fleet_next_due,
    .reply = fleet_reply,
    .unsent = fleet_unsent,
    .done = fleet_done,
};

struct fleet *fleet_create(void)
{
    struct fleet *fleet = calloc(1, sizeof(*fleet));

    if (fleet)
        fleet->base.ops = &fleet_ops;
    return fleet;
}
