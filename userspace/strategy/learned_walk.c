// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/learned_walk.h"

#include "mix.h"

enum {
    LOOPS_MOST = 2, /* once may be a router that answers for its neighbour, twice is a loop */
};

static const struct prospect NOTHING = {0, 0};

static struct hop_node look(const struct walk_knowledge *knowledge, uint32_t node)
{
    return hop_nodes_look(&knowledge->commons->nodes, node);
}

static void change(struct walk_knowledge *knowledge, uint32_t node, hop_node_change *how, unsigned argument)
{
    hop_nodes_change(&knowledge->commons->nodes, node, how, argument);
}

static bool pays(const struct walk_knowledge *knowledge, struct prospect prospect)
{
    return walk_value_pays(&knowledge->commons->value, prospect);
}

/* Some walks go on where it does not pay, so that what is believed to be poor is looked at again. */
static bool by_chance(struct walk_knowledge *knowledge)
{
    knowledge->random += MIX_GOLDEN;
    return (double)(mix64(knowledge->random) >> 32) < knowledge->chance * 0x1p32;
}

static struct prospect expect_forward(const struct walk_knowledge *knowledge, uint32_t node, unsigned gap)
{
    return walk_value_forward(&knowledge->commons->value, look(knowledge, node), gap);
}

static enum value_start start_of(const struct walk_knowledge *knowledge, uint32_t node)
{
    const struct hop_nodes *nodes = &knowledge->commons->nodes;

    if (hop_nodes_is_silent(nodes, node))
        return VALUE_FROM_SILENT;
    return hop_nodes_before(nodes, node) ? VALUE_FROM_LINKED : VALUE_FROM_LONE;
}

/* Where it is known who answers from before a node, no more is found than he lets out: asking him again is in vain, and
 * takes answers from those whose links are not known yet. */
static struct prospect expect_backward(const struct walk_knowledge *knowledge, uint32_t node)
{
    struct hop_node at = look(knowledge, node);
    struct prospect prospect =
        walk_value_backward(&knowledge->commons->value, start_of(knowledge, node), at, at.asked);
    uint32_t before = hop_nodes_before(&knowledge->commons->nodes, node);

    if (before)
        prospect.gain *= hop_node_share(look(knowledge, before));
    return prospect;
}

static bool wants_forward(struct walk_knowledge *knowledge, const struct walk *walk)
{
    if (knowledge->known_links)
        return walk->gap < knowledge->gap;
    if (walk->gap > HOP_NODE_DEEPEST || !walk->far)
        return walk->gap < HOP_NODE_DEEPEST;
    return pays(knowledge, expect_forward(knowledge, walk->far, walk->gap)) || by_chance(knowledge);
}

static bool wants_backward(struct walk_knowledge *knowledge, const struct walk *walk)
{
    if (!walk->near)
        return false;
    if (knowledge->known_links)
        return walk->known < knowledge->known_links;
    return pays(knowledge, expect_backward(knowledge, walk->near)) || by_chance(knowledge);
}

static unsigned ask(struct walk *walk, enum walk_phase phase, unsigned ttl)
{
    walk->phase = (uint8_t)phase;
    walk->ttl = (uint8_t)ttl;
    walk->again = false;
    return ttl;
}

/* That it was asked for counts from now on, not from the answer on: others would ask as well meanwhile. */
static unsigned ask_before(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->lower < knowledge->min_ttl || !wants_backward(knowledge, walk))
        return 0;
    walk->asked = look(knowledge, walk->near).asked;
    walk->start = start_of(knowledge, walk->near);
    change(knowledge, walk->near, hop_node_ask, 0);
    return ask(walk, WALK_BACKWARD, walk->lower);
}

static unsigned turn_back(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->distance) {
        atomic_fetch_add_explicit(&knowledge->commons->distances, walk->distance, memory_order_relaxed);
        atomic_fetch_add_explicit(&knowledge->commons->distance_count, 1, memory_order_relaxed);
    }
    return ask_before(knowledge, walk);
}

/* The link to a target counts as much as others, so the hop before it and the target are both asked. */
static unsigned ask_behind(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->asks_end && walk->upper == walk->distance) {
        walk->asks_end = false;
        return ask(walk, WALK_FORWARD, walk->upper);
    }
    if (walk->reached || walk->loops >= LOOPS_MOST)
        return turn_back(knowledge, walk);
    if (walk->upper <= knowledge->max_ttl && wants_forward(knowledge, walk))
        return ask(walk, WALK_FORWARD, walk->upper);
    if (walk->far && walk->gap > 0)
        change(knowledge, walk->far, hop_node_end, 0);
    return turn_back(knowledge, walk);
}

static uint32_t meet(struct walk_knowledge *knowledge, struct address responder, double *found)
{
    bool is_new;
    uint32_t node = hop_nodes_meet(&knowledge->commons->nodes, responder, &is_new);

    if (is_new) {
        *found += VALUE_OF_INTERFACE;
        knowledge->spending.found++;
    }
    return node;
}

void walk_hear(struct walk_knowledge *knowledge, struct address responder)
{
    double found = 0;

    meet(knowledge, responder, &found);
}

/* Whether the link is new. It is a way to `to`, and counts as found where both its ends are interfaces. */
static bool link_hops(struct walk_knowledge *knowledge, uint32_t from, uint32_t to, bool both_answer,
                      double *found)
{
    bool is_new = link_marks_add(&knowledge->commons->links, from, to);

    if (is_new && both_answer && from != to) {
        *found += VALUE_OF_LINK;
        knowledge->spending.found++;
    }
    return is_new;
}

static void add_way(struct walk_knowledge *knowledge, uint32_t node, bool is_new)
{
    if (is_new)
        change(knowledge, node, hop_node_add_way, 0);
}

static void reach(struct walk *walk, const struct walk_event *event)
{
    walk->reached = true;
    walk->asks_end = event->distance < walk->ttl;
    walk->distance = event->distance;
    if (walk->lower >= event->distance)
        walk->lower = (uint8_t)(event->distance - 1);
}

/* What a walk may expect behind `node`, if it goes on there. */
static struct prospect ahead(const struct walk_knowledge *knowledge, uint32_t node, unsigned gap)
{
    struct prospect prospect;

    if (!node || gap > HOP_NODE_DEEPEST)
        return NOTHING;
    prospect = expect_forward(knowledge, node, gap);
    return pays(knowledge, prospect) ? prospect : NOTHING;
}

/* What a walk may expect before `node`, if it goes on there. */
static struct prospect behind(const struct walk_knowledge *knowledge, const struct walk *walk, uint32_t node)
{
    struct prospect prospect;

    if (!node || walk->ttl <= knowledge->min_ttl)
        return NOTHING;
    prospect = expect_backward(knowledge, node);
    return pays(knowledge, prospect) ? prospect : NOTHING;
}

static struct prospect add(struct prospect a, struct prospect b)
{
    return (struct prospect){a.gain + b.gain, a.cost + b.cost};
}

static struct prospect below(const struct walk_knowledge *knowledge, unsigned gap, unsigned ttl)
{
    struct prospect prospect = walk_value_seek(&knowledge->commons->value, gap, ttl);

    return ttl >= knowledge->min_ttl && pays(knowledge, prospect) ? prospect : NOTHING;
}

static bool wants_lower(struct walk_knowledge *knowledge, const struct walk *walk)
{
    if (walk->lower < knowledge->min_ttl)
        return false;
    return knowledge->known_links || walk->reached ||
           pays(knowledge, walk_value_seek(&knowledge->commons->value, walk->gap, walk->lower)) ||
           by_chance(knowledge);
}

static unsigned seek(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event)
{
    double found = 0;

    walk->lower = (uint8_t)(walk->ttl - 1);
    if (event->kind == WALK_HOP) {
        walk->near = walk->far = meet(knowledge, event->responder, &found);
        if (!walk->reached)
            walk->distance = walk->ttl;
        else
            walk->upper = (uint8_t)(walk->ttl + 1);
        value_learn_seek(&knowledge->sums, walk->gap, walk->ttl, found,
                         add(ahead(knowledge, walk->far, walk->gap), behind(knowledge, walk, walk->near)));
        return ask_behind(knowledge, walk);
    }
    if (event->kind == WALK_END) {
        reach(walk, event);
    } else {
        value_learn_seek(&knowledge->sums, walk->gap, walk->ttl, found,
                         below(knowledge, walk->gap + 1U, walk->lower));
        walk->gap++;
    }
    if (wants_lower(knowledge, walk))
        return ask(walk, WALK_SEEKS, walk->lower);
    return walk->reached || walk->lower < knowledge->min_ttl ? ask_behind(knowledge, walk) : 0;
}

static void learn_forward(struct walk_knowledge *knowledge, const struct walk *walk, double found,
                          struct prospect then)
{
    if (walk->far && walk->gap <= HOP_NODE_DEEPEST)
        value_learn_forward(&knowledge->sums, look(knowledge, walk->far), walk->gap, found, then);
}

static bool closes_loop(const struct walk *walk, uint32_t node)
{
    return node && (walk->gap == 0 ? node == walk->before_far : walk->gap == 1 && node == walk->far);
}

static void move_far(struct walk_knowledge *knowledge, struct walk *walk, uint32_t node, bool loop)
{
    if (loop) {
        walk->loops++;
    } else {
        if (walk->far)
            change(knowledge, walk->far, hop_node_go_beyond, walk->gap);
        walk->distance = walk->ttl;
    }
    walk->before_far = walk->gap == 0 ? walk->far : 0;
    walk->far = node;
    walk->gap = 0;
}

static unsigned meet_behind(struct walk_knowledge *knowledge, struct walk *walk, struct address responder)
{
    double found = 0;
    uint32_t node = meet(knowledge, responder, &found);
    bool loop = closes_loop(walk, node);

    if (node && walk->far && walk->gap == 0)
        add_way(knowledge, node, link_hops(knowledge, walk->far, node, true, &found));
    learn_forward(knowledge, walk, found, loop ? NOTHING : ahead(knowledge, node, 0));
    move_far(knowledge, walk, node, loop);
    return ask_behind(knowledge, walk);
}

static unsigned go_forward(struct walk_knowledge *knowledge, struct walk *walk,
                           const struct walk_event *event)
{
    walk->upper = (uint8_t)(walk->ttl + 1);
    switch (event->kind) {
    case WALK_HOP:
        return meet_behind(knowledge, walk, event->responder);
    case WALK_END:
        learn_forward(knowledge, walk, walk->gap == 0 ? VALUE_OF_LINK : 0, NOTHING);
        reach(walk, event);
        return turn_back(knowledge, walk);
    case WALK_SILENCE:
        break;
    }
    learn_forward(knowledge, walk, 0, ahead(knowledge, walk->far, walk->gap + 1U));
    walk->gap++;
    return ask_behind(knowledge, walk);
}

static unsigned move_near(struct walk_knowledge *knowledge, struct walk *walk, uint32_t node, bool is_new,
                          double found)
{
    value_learn_backward(&knowledge->sums, (enum value_start)walk->start, look(knowledge, walk->near),
                         walk->asked, found, behind(knowledge, walk, node));
    add_way(knowledge, walk->near, is_new);
    walk->near = node;
    return ask_before(knowledge, walk);
}

/* Who answered from before a hop is expected to do so again. */
static void answer_before(struct walk_knowledge *knowledge, uint32_t near, uint32_t node,
                          struct address responder)
{
    change(knowledge, node, hop_node_hear, true);
    if (look(knowledge, node).noticed)
        limited_hops_hear(&knowledge->commons->limited, node, responder);
    hop_nodes_set_before(&knowledge->commons->nodes, near, node);
}

static void miss(struct walk_knowledge *knowledge, uint32_t node)
{
    struct limited_hops *limited = &knowledge->commons->limited;

    change(knowledge, node, hop_node_hear, false);
    if (!hop_node_is_limited(look(knowledge, node)))
        return;
    knowledge->spending.excused++;
    if (!look(knowledge, node).noticed) {
        change(knowledge, node, hop_node_notice, 0);
        limited_hops_notice(limited, node);
    }
    limited_hops_miss(limited, node);
}

/*
 * Whether a silent hop before `near` tells nothing: `before`, who answered from there, may be lost now, the first
 * times, or answers too little of what he is asked. Then it is as if it had not been asked for.
 */
static bool miss_tells_nothing(struct walk_knowledge *knowledge, uint32_t near, uint32_t before)
{
    if (!before || knowledge->known_links)
        return false;
    miss(knowledge, before);
    if (hop_node_is_silent_for_sure(look(knowledge, near)) && !hop_node_is_limited(look(knowledge, before)))
        return false;
    change(knowledge, near, hop_node_miss, 0);
    return true;
}

/* Later he may answer again: once. */
static unsigned ask_later(struct walk_knowledge *knowledge, struct walk *walk, uint32_t before)
{
    if (walk->deferred || !hop_node_is_limited(look(knowledge, before)))
        return 0;
    walk->deferred = true;
    change(knowledge, walk->near, hop_node_ask, 0);
    return ask(walk, WALK_BACKWARD, walk->ttl);
}

static unsigned meet_before(struct walk_knowledge *knowledge, struct walk *walk, struct address responder)
{
    double found = 0;
    uint32_t node = meet(knowledge, responder, &found);
    bool both_answer = !walk->silent_near;
    bool is_new = node && link_hops(knowledge, node, walk->near, both_answer, &found);

    if (node)
        answer_before(knowledge, walk->near, node, responder);
    walk->known = is_new ? 0 : (uint8_t)(walk->known + 1);
    walk->silent_near = false;
    return move_near(knowledge, walk, node, is_new, found);
}

static unsigned miss_before(struct walk_knowledge *knowledge, struct walk *walk)
{
    uint32_t before = hop_nodes_before(&knowledge->commons->nodes, walk->near);
    bool is_new;

    if (miss_tells_nothing(knowledge, walk->near, before))
        return ask_later(knowledge, walk, before);
    uint32_t node = hop_nodes_silent(&knowledge->commons->nodes, walk->near, &is_new);
    walk->silent_near = true;
    return move_near(knowledge, walk, node, is_new, 0);
}

static unsigned go_backward(struct walk_knowledge *knowledge, struct walk *walk,
                            const struct walk_event *event)
{
    walk->lower = (uint8_t)(walk->ttl - 1);
    switch (event->kind) {
    case WALK_HOP:
        return meet_before(knowledge, walk, event->responder);
    case WALK_SILENCE:
        return miss_before(knowledge, walk);
    case WALK_END:
        break;
    }
    reach(walk, event);
    return walk->lower < knowledge->min_ttl ? 0 : ask(walk, WALK_BACKWARD, walk->lower);
}

void walk_prefetch(const struct walk_knowledge *knowledge, const struct walk *walk, uint32_t node)
{
    const struct link_marks *links = &knowledge->commons->links;

    switch ((enum walk_phase)walk->phase) {
    case WALK_SEEKS:
        break;
    case WALK_FORWARD:
        link_marks_prefetch(links, walk->far, node);
        break;
    case WALK_BACKWARD:
        link_marks_prefetch(links, node, walk->near);
        break;
    }
}

unsigned walk_begin(struct walk_knowledge *knowledge, struct walk *walk, uint32_t path, unsigned ttl)
{
    if (ttl < knowledge->min_ttl)
        ttl = knowledge->min_ttl;
    if (ttl > knowledge->max_ttl)
        ttl = knowledge->max_ttl;
    *walk = (struct walk){
        .path = path, .chained = walk->chained, .lower = (uint8_t)(ttl - 1), .upper = (uint8_t)(ttl + 1)};
    return ask(walk, WALK_SEEKS, ttl);
}

unsigned walk_go_on(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event)
{
    switch ((enum walk_phase)walk->phase) {
    case WALK_SEEKS:
        return seek(knowledge, walk, event);
    case WALK_FORWARD:
        return go_forward(knowledge, walk, event);
    case WALK_BACKWARD:
        break;
    }
    return go_backward(knowledge, walk, event);
}
