// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_search.h"

#include "strategy/flow_look.h"

enum {
    SCOUT_REACH = 2,    /* TTLs on both sides of the guess */
    SCOUT_BACK = 5,     /* TTLs of the next batch, toward the sender, where no answer came */
    BEHIND_THE_END = 2, /* TTLs: some flows have longer paths */
    LOOP_VISITS = 3,    /* of one vertex by a flow */
    SILENT_SHARE = 3,   /* if more than one flow in three is silent, answers are limited: no repeats */
};

/* Where there is no room for the row, the search ends with what it has found. */
static void set_cell(struct flow_search *search, struct flow_context *context, unsigned flow, unsigned ttl,
                     uint8_t cell)
{
    if (!flow_matrix_set(&context->matrix, &search->pool, flow, ttl, cell))
        context->short_of_flows = true;
}

static unsigned within(const struct flow_search *search, int ttl)
{
    return ttl < search->min_ttl ? search->min_ttl : ttl > search->max_ttl ? search->max_ttl : (unsigned)ttl;
}

/* Requests at least `flows` flows at these TTLs. */
static void ask(struct flow_context *context, unsigned first, unsigned last, unsigned flows)
{
    for (unsigned ttl = first; ttl <= last; ttl++)
        if (context->asked[ttl - 1] < flows)
            context->asked[ttl - 1] = (uint16_t)flows;
}

static void start_batch(struct flow_context *context)
{
    context->flow = context->flows = 0;
    context->ttl = context->low;
    context->awaited = 0;
    for (unsigned ttl = context->low; ttl <= context->high; ttl++)
        if (context->asked[ttl - 1] > context->flows)
            context->flows = context->asked[ttl - 1];
}

static void begin_flows(struct flow_search *search, struct flow_context *context, unsigned last)
{
    context->phase = CONTEXT_FLOWS;
    context->low = search->min_ttl;
    context->high = (uint8_t)within(search, (int)last);
    ask(context, context->low, context->high, flow_needs_least(&search->needs));
    start_batch(context);
}

void flow_search_begin(struct flow_search *search, struct flow_context *context, unsigned guess)
{
    if (search->all_ttls) {
        begin_flows(search, context, search->max_ttl);
        return;
    }
    context->phase = CONTEXT_SCOUT;
    context->low = (uint8_t)within(search, (int)guess - SCOUT_REACH);
    context->high = (uint8_t)within(search, (int)guess + SCOUT_REACH);
    ask(context, context->low, context->high, 1);
    start_batch(context);
}

/* Returns true if a cell must be probed in this batch, for the first time or again. */
static bool is_due(const struct flow_search *search, const struct flow_context *context, unsigned flow,
                   unsigned ttl)
{
    uint8_t cell = flow_search_cell(search, context, flow, ttl);

    return flow < context->asked[ttl - 1] &&
           (cell == CELL_UNASKED || (cell == CELL_SILENT_ONCE && context->again & flow_ttl_bit(ttl)));
}

static bool next_cell(struct flow_search *search, struct flow_context *context, uint16_t *flow, uint8_t *ttl)
{
    for (; context->flow < context->flows; context->flow++, context->ttl = context->low)
        for (; context->ttl <= context->high; context->ttl++) {
            if (!is_due(search, context, context->flow, context->ttl))
                continue;
            *flow = context->flow;
            *ttl = context->ttl++;
            return true;
        }
    return false;
}

bool flow_search_next(struct flow_search *search, struct flow_context *context, uint16_t *flow, uint8_t *ttl)
{
    if (next_cell(search, context, flow, ttl)) {
        bool first = flow_search_cell(search, context, *flow, *ttl) == CELL_UNASKED;

        set_cell(search, context, *flow, *ttl, first ? CELL_WAITING : CELL_WAITING_AGAIN);
        if (context->short_of_flows)
            return false;
    } else if (!flow_look_next(search, context, flow, ttl)) {
        return false;
    }
    context->awaited++;
    return true;
}

static void no_longer_awaited(struct flow_context *context)
{
    if (context->awaited)
        context->awaited--;
}

/* There is nothing behind the end of a flow, so probes on their way there are not waited for. */
static void end_flow(struct flow_search *search, struct flow_context *context, unsigned flow,
                     unsigned distance)
{
    for (unsigned ttl = distance + 1; ttl <= PROBE_MAX_TTL; ttl++) {
        uint8_t cell = flow_search_cell(search, context, flow, ttl);

        if (cell_is_waiting(cell))
            no_longer_awaited(context);
        if (!cell_is_vertex(cell) && cell != CELL_BEYOND)
            set_cell(search, context, flow, ttl, CELL_BEYOND);
    }
}

void flow_search_hear(struct flow_search *search, struct flow_context *context,
                      const struct search_answer *answer)
{
    uint8_t cell = flow_search_cell(search, context, answer->flow, answer->ttl);
    bool is_end = answer->is_end && !search->all_ttls, is_here = !is_end || answer->distance == answer->ttl;
    uint8_t vertex = is_here ? flow_matrix_vertex(&context->matrix, &search->pool, answer->responder) : 0;

    if (!cell_is_waiting(cell)) {
        if (flow_look_hear(context, answer->ttl, cell, vertex))
            no_longer_awaited(context);
        return;
    }
    if (is_here) {
        set_cell(search, context, answer->flow, answer->ttl, vertex);
        context->answering |= flow_ttl_bit(answer->ttl);
        no_longer_awaited(context);
    }
    if (is_end)
        end_flow(search, context, answer->flow, answer->distance);
}

void flow_search_unsent(struct flow_search *search, struct flow_context *context, uint16_t flow, uint8_t ttl,
                        bool may_be_asked_again)
{
    if (!cell_is_waiting(flow_search_cell(search, context, flow, ttl)))
        return;
    no_longer_awaited(context);
    set_cell(search, context, flow, ttl, may_be_asked_again ? CELL_UNASKED : CELL_SILENT);
    if (may_be_asked_again) {
        context->flow = 0;
        context->ttl = context->low;
    }
}

static void silence_at(struct flow_search *search, struct flow_context *context, unsigned ttl)
{
    unsigned silent = 0;

    for (unsigned flow = 0; flow < context->asked[ttl - 1]; flow++) {
        uint8_t cell = flow_search_cell(search, context, flow, ttl);

        if (cell_is_waiting(cell))
            set_cell(search, context, flow, ttl, cell == CELL_WAITING ? CELL_SILENT_ONCE : CELL_SILENT);
        silent += cell_is_waiting(cell) || cell == CELL_SILENT_ONCE;
    }
    if (silent && context->answering & flow_ttl_bit(ttl) && silent * SILENT_SHARE <= context->asked[ttl - 1])
        context->again |= flow_ttl_bit(ttl);
}

/* Cells that are silent where others answer are probed once more. */
static bool has_silence(const struct flow_search *search, const struct flow_context *context)
{
    for (unsigned ttl = context->low; ttl <= context->high; ttl++)
        for (unsigned flow = 0; context->again & flow_ttl_bit(ttl) && flow < context->asked[ttl - 1]; flow++)
            if (flow_search_cell(search, context, flow, ttl) == CELL_SILENT_ONCE)
                return true;
    return false;
}

/* Returns the last TTL at which a flow met a vertex or an answer came; 0: none. */
static unsigned deepest(const struct flow_context *context)
{
    return context->answering ? 64 - (unsigned)__builtin_clzll(context->answering) : 0;
}

/* Returns the end of flow 0; 0: not known. */
static unsigned known_end(const struct flow_search *search, const struct flow_context *context)
{
    unsigned ttl = PROBE_MAX_TTL;

    while (ttl && flow_search_cell(search, context, 0, ttl) == CELL_BEYOND)
        ttl--;
    return ttl == PROBE_MAX_TTL ? 0 : ttl;
}

/* Returns true if flow 0 is in a loop: it met its last vertex several times. */
static bool is_loop(const struct flow_search *search, const struct flow_context *context, unsigned last)
{
    uint8_t vertex = last ? flow_search_cell(search, context, 0, last) : CELL_UNASKED;
    unsigned visits = 0;

    for (unsigned ttl = search->min_ttl; cell_is_vertex(vertex) && ttl <= last; ttl++)
        visits += flow_search_cell(search, context, 0, ttl) == vertex;
    return visits >= LOOP_VISITS;
}

static bool scout_toward_us(struct flow_search *search, struct flow_context *context)
{
    unsigned before = context->low;

    if (before <= search->min_ttl)
        return false;
    context->low = (uint8_t)within(search, (int)before - SCOUT_BACK);
    context->high = (uint8_t)(before - 1);
    ask(context, context->low, context->high, 1);
    start_batch(context);
    return true;
}

static void scout_on(struct flow_search *search, struct flow_context *context, unsigned last)
{
    context->high = (uint8_t)within(search, (int)(last + search->gap));
    ask(context, context->low, context->high, 1);
    start_batch(context);
}

/* Returns the last TTL up to which flow 0 was sent. */
static unsigned scouted(const struct flow_search *search, const struct flow_context *context)
{
    unsigned ttl = search->max_ttl;

    while (ttl > context->low && !context->asked[ttl - 1])
        ttl--;
    return ttl;
}

static bool settle_scout(struct flow_search *search, struct flow_context *context)
{
    unsigned end = known_end(search, context), last = deepest(context), far = scouted(search, context);

    if (end || is_loop(search, context, last))
        begin_flows(search, context, end ? end : last);
    else if (!last)
        return scout_toward_us(search, context);
    else if (last + search->gap > far && far < search->max_ttl)
        scout_on(search, context, last);
    else
        begin_flows(search, context, last + BEHIND_THE_END);
    return true;
}

/* Returns the TTL of a flow's last vertex, if it was seen at one of the last TTLs and the flow has not
 * ended; 0: there is none. */
static unsigned open_end(const struct flow_search *search, const struct flow_context *context, unsigned flow)
{
    unsigned last = context->high;

    if (last < PROBE_MAX_TTL && flow_search_cell(search, context, flow, last + 1) == CELL_BEYOND)
        return 0;
    for (unsigned ttl = last; ttl + BEHIND_THE_END > last && ttl >= context->low; ttl--)
        if (cell_is_vertex(flow_search_cell(search, context, flow, ttl)))
            return ttl;
    return 0;
}

/* Extends the range of TTLs, because some flows have longer paths than others. */
static bool lengthen(struct flow_search *search, struct flow_context *context)
{
    unsigned last = 0, before = context->high, open;

    for (unsigned flow = 0; flow < context->flows; flow++)
        if ((open = open_end(search, context, flow)) > last)
            last = open;
    if (!last || last + BEHIND_THE_END <= before || before == search->max_ttl ||
        is_loop(search, context, last))
        return false;
    context->high = (uint8_t)within(search, (int)(last + BEHIND_THE_END));
    ask(context, before + 1U, context->high, context->asked[before - 1]);
    return true;
}

static void judge(struct flow_search *search, const struct flow_context *context, struct flow_verdict *out)
{
    const struct flow_view view = {
        .matrix = &context->matrix,
        .pool = &search->pool,
        .asked = context->asked,
        .merged = context->merged,
        .first = context->low,
        .last = context->high,
    };

    flow_needs_judge(&search->needs, &view, out);
}

static bool settle_flows(struct flow_search *search, struct flow_context *context)
{
    bool longer = !search->all_ttls && lengthen(search, context), again;
    struct flow_verdict verdict;

    do {
        judge(search, context, &verdict);
    } while (search->needs.rule == NEEDS_VERTEX && !context->look_ttl &&
             flow_look_begin(search, context, &verdict));
    again = !search->all_ttls && has_silence(search, context);
    for (unsigned ttl = context->low; ttl <= context->high; ttl++)
        context->asked[ttl - 1] = verdict.wanted[ttl - 1];
    if (!longer && !verdict.more && !context->look_ttl && !again) {
        context->short_of_flows = verdict.short_of_flows;
        return false;
    }
    start_batch(context);
    return true;
}

bool flow_search_settle(struct flow_search *search, struct flow_context *context)
{
    if (context->short_of_flows)
        return false;
    for (unsigned ttl = search->min_ttl; ttl <= search->max_ttl; ttl++)
        silence_at(search, context, ttl);
    flow_look_end(search, context);
    return context->phase == CONTEXT_SCOUT ? settle_scout(search, context) : settle_flows(search, context);
}

enum search_end flow_search_end(const struct flow_context *context)
{
    if (!context->answering)
        return SEARCH_SILENT;
    if (context->short_of_flows)
        return SEARCH_OUT_OF_FLOWS;
    return context->merged ? SEARCH_BY_PACKET : SEARCH_WHOLE;
}

unsigned flow_search_length(const struct flow_context *context)
{
    return deepest(context);
}

void flow_search_clear(struct flow_search *search, struct flow_context *context)
{
    flow_matrix_clear(&context->matrix, &search->pool);
}
