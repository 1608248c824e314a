// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/learned_walk.h"

#include "mix.h"
#include "strategy/expected_answers.h"
#include "strategy/walk_prospect.h"
#include "strategy/walk_steps.h"

enum {
    LOOPS_MOST = 2, /* once, a router may have answered for its neighbour; twice is a loop */
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

/* Some walks go on although that does not pay, so that places believed to be poor are probed again. */
static bool by_chance(struct walk_knowledge *knowledge)
{
    knowledge->random += MIX_GOLDEN;
    return (double)(mix64(knowledge->random) >> 32) < knowledge->chance * 0x1p32;
}

static bool wants_forward(struct walk_knowledge *knowledge, const struct walk *walk)
{
    if (knowledge->known_links)
        return walk->gap < knowledge->gap;
    if (walk->gap > HOP_NODE_DEEPEST || !walk->far)
        return walk->gap < HOP_NODE_DEEPEST;
    return pays(knowledge, prospect_forward(knowledge->commons, walk->far, walk->gap)) ||
           by_chance(knowledge);
}

static bool wants_backward(struct walk_knowledge *knowledge, const struct walk *walk)
{
    if (!walk->near)
        return false;
    if (knowledge->known_links)
        return walk->known < knowledge->known_links;
    return pays(knowledge, prospect_backward(knowledge->commons, walk->near)) || by_chance(knowledge);
}

unsigned walk_ask(struct walk *walk, enum walk_phase phase, unsigned ttl)
{
    walk->phase = (uint8_t)phase;
    walk->ttl = (uint8_t)ttl;
    walk->again = false;
    return ttl;
}

/* The question counts from now on, not from its answer on: otherwise other walks would ask the same meanwhile. */
unsigned walk_ask_before(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->lower < knowledge->min_ttl || !wants_backward(knowledge, walk))
        return 0;
    walk->asked = look(knowledge, walk->near).asked;
    walk->start = prospect_start(knowledge->commons, walk->near);
    change(knowledge, walk->near, hop_node_ask, 0);
    return walk_ask(walk, WALK_BACKWARD, walk->lower);
}

static unsigned turn_back(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->distance) {
        atomic_fetch_add_explicit(&knowledge->commons->distances, walk->distance, memory_order_relaxed);
        atomic_fetch_add_explicit(&knowledge->commons->distance_count, 1, memory_order_relaxed);
    }
    return walk_ask_before(knowledge, walk);
}

/* The link to a target counts as much as others, so the hop before it and the target are both asked. */
unsigned walk_ask_behind(struct walk_knowledge *knowledge, struct walk *walk)
{
    if (walk->asks_end && walk->upper == walk->distance) {
        walk->asks_end = false;
        return walk_ask(walk, WALK_FORWARD, walk->upper);
    }
    if (walk->reached || walk->loops >= LOOPS_MOST)
        return turn_back(knowledge, walk);
    if (walk->upper <= knowledge->max_ttl && wants_forward(knowledge, walk))
        return walk_ask(walk, WALK_FORWARD, walk->upper);
    if (walk->far && walk->gap > 0)
        change(knowledge, walk->far, hop_node_end, 0);
    return turn_back(knowledge, walk);
}

uint32_t walk_meet(struct walk_knowledge *knowledge, struct address responder, double *found)
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

    walk_meet(knowledge, responder, &found);
}

/* Returns true if the link is new. It is a way to `to`, and counts as found if both its ends are interfaces. */
bool walk_link(struct walk_knowledge *knowledge, uint32_t from, uint32_t to, bool both_answer, double *found)
{
    bool is_new = link_marks_add(&knowledge->commons->links, from, to);

    if (is_new && both_answer && from != to) {
        *found += VALUE_OF_LINK;
        knowledge->spending.found++;
    }
    return is_new;
}

void walk_add_way(struct walk_knowledge *knowledge, uint32_t node, bool is_new)
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

/* Where it does not pay, a walk does not go on, so nothing is to be expected. */
static struct prospect where_it_pays(const struct walk_knowledge *knowledge, struct prospect prospect)
{
    return pays(knowledge, prospect) ? prospect : NOTHING;
}

/* What a walk may expect behind `node`, if it goes on there. */
static struct prospect ahead(const struct walk_knowledge *knowledge, uint32_t node, unsigned gap)
{
    if (!node || gap > HOP_NODE_DEEPEST)
        return NOTHING;
    return where_it_pays(knowledge, prospect_forward(knowledge->commons, node, gap));
}

/* What a walk may expect before `node`, if it goes on there. */
struct prospect walk_prospect_before(const struct walk_knowledge *knowledge, const struct walk *walk,
                                     uint32_t node)
{
    if (!node || walk->ttl <= knowledge->min_ttl)
        return NOTHING;
    return where_it_pays(knowledge, prospect_backward(knowledge->commons, node));
}

static struct prospect add(struct prospect a, struct prospect b)
{
    return (struct prospect){a.gain + b.gain, a.cost + b.cost};
}

static struct prospect below(const struct walk_knowledge *knowledge, unsigned gap, unsigned ttl)
{
    if (ttl < knowledge->min_ttl)
        return NOTHING;
    return where_it_pays(knowledge, walk_value_seek(&knowledge->commons->value, gap, ttl));
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
        walk->near = walk->far = walk_meet(knowledge, event->responder, &found);
        if (!walk->reached)
            walk->distance = walk->ttl;
        else
            walk->upper = (uint8_t)(walk->ttl + 1);
        value_learn_seek(
            &knowledge->sums, walk->gap, walk->ttl, found,
            add(ahead(knowledge, walk->far, walk->gap), walk_prospect_before(knowledge, walk, walk->near)));
        return walk_ask_behind(knowledge, walk);
    }
    if (event->kind == WALK_END) {
        reach(walk, event);
    } else {
        value_learn_seek(&knowledge->sums, walk->gap, walk->ttl, found,
                         below(knowledge, walk->gap + 1U, walk->lower));
        walk->gap++;
    }
    if (wants_lower(knowledge, walk))
        return walk_ask(walk, WALK_SEEKS, walk->lower);
    return walk->reached || walk->lower < knowledge->min_ttl ? walk_ask_behind(knowledge, walk) : 0;
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
    uint32_t node = walk_meet(knowledge, responder, &found);
    bool loop = closes_loop(walk, node);

    if (node && walk->far && walk->gap == 0)
        walk_add_way(knowledge, node, walk_link(knowledge, walk->far, node, true, &found));
    learn_forward(knowledge, walk, found, loop ? NOTHING : ahead(knowledge, node, 0));
    move_far(knowledge, walk, node, loop);
    return walk_ask_behind(knowledge, walk);
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
    return walk_ask_behind(knowledge, walk);
}

static unsigned move_near(struct walk_knowledge *knowledge, struct walk *walk, uint32_t node, bool is_new,
                          double found)
{
    value_learn_backward(&knowledge->sums, (enum value_start)walk->start, look(knowledge, walk->near),
                         walk->asked, found, walk_prospect_before(knowledge, walk, node));
    walk_add_way(knowledge, walk->near, is_new);
    walk->near = node;
    return walk_ask_before(knowledge, walk);
}

/* A limited hop may answer later. The walk asks it again once. */
static unsigned ask_later(struct walk_knowledge *knowledge, struct walk *walk, uint32_t before)
{
    if (walk->deferred || !hop_node_is_limited(look(knowledge, before)))
        return 0;
    walk->deferred = true;
    change(knowledge, walk->near, hop_node_ask, 0);
    return walk_ask(walk, WALK_BACKWARD, walk->ttl);
}

static unsigned meet_before(struct walk_knowledge *knowledge, struct walk *walk, struct address responder)
{
    double found = 0;
    uint32_t node = walk_meet(knowledge, responder, &found);
    bool both_answer = !walk->silent_near;
    bool is_new = node && walk_link(knowledge, node, walk->near, both_answer, &found);

    if (node)
        expected_answer_came(knowledge->commons, walk->near, node, responder);
    walk->known = is_new ? 0 : (uint8_t)(walk->known + 1);
    walk->silent_near = false;
    return move_near(knowledge, walk, node, is_new, found);
}

static unsigned miss_before(struct walk_knowledge *knowledge, struct walk *walk)
{
    uint32_t before = hop_nodes_before(&knowledge->commons->nodes, walk->near);
    bool is_new;

    if (before && !knowledge->known_links &&
        !expected_answer_failed(knowledge->commons, &knowledge->spending, walk->near, before))
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
    return walk->lower < knowledge->min_ttl ? 0 : walk_ask(walk, WALK_BACKWARD, walk->lower);
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
    case WALK_AGAIN:
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
    return walk_ask(walk, WALK_SEEKS, ttl);
}

unsigned walk_go_on(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event)
{
    switch ((enum walk_phase)walk->phase) {
    case WALK_SEEKS:
        return seek(knowledge, walk, event);
    case WALK_FORWARD:
        return go_forward(knowledge, walk, event);
    case WALK_BACKWARD:
        return go_backward(knowledge, walk, event);
    case WALK_AGAIN:
        break;
    }
    return walk_fill_hole(knowledge, walk, event);
}
