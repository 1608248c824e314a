// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_look.h"

enum {
    LOOKS = 6,        /* if packets are balanced over two vertices, all meet the expected ones with
                       * probability 2^-6 */
    LOOKS_A_FLOW = 2, /* more answers to one probe could exceed the limit */
};

/* Returns the flow that is sent again: the first flows that met a vertex there take turns. */
static unsigned look_flow(const struct flow_search *search, const struct flow_context *context,
                          unsigned place)
{
    unsigned asked = context->asked[context->look_ttl - 1], flow = 0, met = 0, first = asked;

    for (; flow < asked; flow++) {
        if (!cell_is_vertex(flow_search_cell(search, context, flow, context->look_ttl)))
            continue;
        if (met++ == place)
            return flow;
        first = first < flow ? first : flow;
    }
    return first;
}

bool flow_look_next(const struct flow_search *search, struct flow_context *context, uint16_t *flow,
                    uint8_t *ttl)
{
    if (!context->looks)
        return false;
    context->looks--;
    *flow = (uint16_t)look_flow(search, context, context->looks / LOOKS_A_FLOW);
    *ttl = context->look_ttl;
    return true;
}

bool flow_look_hear(struct flow_context *context, uint8_t ttl, uint8_t before, uint8_t vertex)
{
    if (context->look_ttl != ttl || !cell_is_vertex(before))
        return false;
    context->look_differs |= vertex != before;
    return true;
}

static struct address balancer_at(const struct flow_search *search, const struct flow_context *context,
                                  const struct flow_branch *branch)
{
    return cell_is_vertex(branch->cell) ? flow_matrix_address(&context->matrix, &search->pool, branch->cell)
                                        : ADDRESS_NONE;
}

static void look_into(struct flow_search *search, struct flow_context *context,
                      const struct flow_branch *branch)
{
    enum balancer_choice known =
        branch->cell == BRANCH_MERGED
            ? BALANCER_BY_FLOW
            : balancer_facts_find(&search->facts, balancer_at(search, context, branch));

    context->looked_into |= flow_ttl_bit(branch->ttl);
    if (known == BALANCER_BY_PACKET)
        context->merged |= flow_ttl_bit(branch->ttl);
    if (known != BALANCER_UNKNOWN)
        return;
    context->look_ttl = branch->ttl;
    context->look_from = branch->cell;
    context->looks = LOOKS;
    context->look_differs = false;
}

/* Looks into the first balancer that was not looked into yet. Returns true where there is one. */
bool flow_look_begin(struct flow_search *search, struct flow_context *context,
                     const struct flow_verdict *verdict)
{
    for (unsigned i = 0; i < verdict->branches && i < NEEDS_PLACES; i++)
        if (!(context->looked_into & flow_ttl_bit(verdict->branch[i].ttl))) {
            look_into(search, context, &verdict->branch[i]);
            return true;
        }
    return false;
}

/* Other searches' results for the same balancer count, too. */
void flow_look_end(struct flow_search *search, struct flow_context *context)
{
    const struct flow_branch branch = {context->look_ttl, context->look_from};

    if (!context->look_ttl)
        return;

    struct address balancer = balancer_at(search, context, &branch);
    balancer_facts_note(&search->facts, balancer,
                        context->look_differs ? BALANCER_BY_PACKET : BALANCER_BY_FLOW);
    if (balancer_facts_find(&search->facts, balancer) == BALANCER_BY_PACKET)
        context->merged |= flow_ttl_bit(context->look_ttl);
    context->look_ttl = context->looks = 0;
}
