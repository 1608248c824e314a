// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/print.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "base/enum_table.h"
#include "base/log.h"
#include "base/number.h"
#include "output/itdk_node.h"
#include "output/json_value.h"

/* A router: a part of an order of all numbers. */
struct router {
    const uint32_t *numbers;
    size_t count;
};

/* Calls `show` for each set. Returns 0, -ENOMEM, or the result of `show`. */
static int each_router(struct resolver *resolver, FILE *out,
                       int (*show)(const struct resolver *resolver, struct router router, FILE *out))
{
    uint32_t *order = alias_sets_order(&resolver->sets);
    int error = order ? 0 : -ENOMEM;

    for (size_t first = 0, end; !error && first < resolver->sets.count; first = end) {
        end = alias_sets_end(&resolver->sets, order, first);
        error = show(resolver, (struct router){order + first, end - first}, out);
    }
    free(order);
    return error;
}

static int show_set(const struct resolver *resolver, struct router router, FILE *out)
{
    char text[ADDRESS_TEXT_SIZE];

    for (size_t i = 0; router.count > 1 && i < router.count; i++) {
        address_format(resolver->numbers.addresses[router.numbers[i]], text);
        fprintf(out, "%s%c", text, i + 1 < router.count ? ' ' : '\n');
    }
    return 0;
}

int alias_print_sets(struct resolver *resolver, FILE *out)
{
    return each_router(resolver, out, show_set);
}

/* A mate that may be nobody's address is no node. */
static bool is_node(const struct resolver *resolver, struct router router)
{
    uint32_t number = router.numbers[0];

    return router.count > 1 || !resolver->addresses[number].mate || resolver->addresses[number].answered;
}

static int show_node(const struct resolver *resolver, struct router router, FILE *out)
{
    if (!is_node(resolver, router))
        return 0;
    itdk_begin_node((uint64_t)router.numbers[0] + 1, out);
    for (size_t i = 0; i < router.count; i++)
        itdk_add_interface(resolver->numbers.addresses[router.numbers[i]], out);
    fputc('\n', out);
    return 0;
}

int alias_print_nodes(struct resolver *resolver, FILE *out)
{
    return each_router(resolver, out, show_node);
}

static int show_object(const struct resolver *resolver, struct router router, FILE *out)
{
    json_t *addresses = json_array();

    for (size_t i = 0; i < router.count; i++)
        json_array_append_new(addresses, json_address(resolver->numbers.addresses[router.numbers[i]]));
    json_t *object = json_pack("{s:s, s:o}", "kind", "router", "addresses", addresses);
    if (object && router.count > 1)
        json_print_line(object, out);
    else
        json_decref(object);
    return object ? 0 : -ENOMEM;
}

static json_t *link_object(const struct resolver *resolver, const struct alias_link *link)
{
    bool by_source = link->by == ALIAS_BY_SOURCE;
    json_t *object = json_pack(
        "{s:s, s:o, s:o, s:s}", "kind", "pair", "a", json_address(resolver->numbers.addresses[link->a]), "b",
        json_address(resolver->numbers.addresses[link->b]), "by", by_source ? "source" : "ip-id");

    if (object && !by_source)
        json_object_set_new(object, "chance", json_real(link->chance));
    return object;
}

static json_t *address_object(const struct resolver *resolver, size_t number)
{
    static const char *const protocols[] = {
        [RESOLVER_ICMP] = "icmp",
        [RESOLVER_UDP] = "udp",
        [RESOLVER_TCP] = "tcp",
    };
    ENUM_TABLE(protocols, RESOLVER_PROTOCOLS);
    const struct alias_address *address = &resolver->addresses[number];
    json_t *object =
        json_pack("{s:s, s:o, s:b, s:b, s:s}", "kind", "address", "address",
                  json_address(resolver->numbers.addresses[number]), "answered", address->answered, "mate",
                  address->mate, "ip_id", id_kind_names[address->kind]);

    if (object && address->kind != ID_UNKNOWN)
        json_object_set_new(object, "protocol", json_string(protocols[address->protocol]));
    return object;
}

/* The ledger of a session: everything generated, and everything decoded, is counted in exactly one of its
 * parts. */
static json_t *ledger_object(const struct session *session)
{
    const struct sender_counters *counters = &session->sender.counters;
    uint64_t generated = counter_read(&counters->generated), blocked = counter_read(&counters->blocked),
             no_way = counter_read(&counters->no_way);
    struct session_totals totals;

    session_totals(session, &totals);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "generated", (json_int_t)generated,
                     "sent", (json_int_t)totals.sent, "blocked", (json_int_t)blocked, "no_way",
                     (json_int_t)no_way, "tx_dropped", (json_int_t)totals.unsent, "accepted",
                     (json_int_t)totals.answers, "excess", (json_int_t)totals.excess, "rejected",
                     (json_int_t)totals.rejected, "ring_full", (json_int_t)totals.lost, "balanced",
                     generated == totals.sent + blocked + no_way + totals.unsent);
}

static json_t *figures_object(const struct resolver *resolver, const struct session *session)
{
    const struct resolver_figures *figures = &resolver->figures;
    json_t *kinds = json_object();

    for (int kind = 0; kind < ID_KINDS; kind++)
        json_object_set_new(kinds, id_kind_names[kind], json_integer((json_int_t)figures->kinds[kind]));
    return json_pack("{s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "kind", "summary",
                     "asked", (json_int_t)figures->asked, "mates", (json_int_t)figures->mates, "answered",
                     (json_int_t)figures->answered, "ip_ids", kinds, "rounds", (json_int_t)figures->rounds,
                     "candidates", (json_int_t)figures->pairs, "candidates_left_out",
                     (json_int_t)figures->left_out, "counters_left_out", (json_int_t)figures->uncompared,
                     "undecided", (json_int_t)figures->undecided, "contradicted",
                     (json_int_t)figures->contradicted, "ledger", ledger_object(session));
}

int alias_print_json(struct resolver *resolver, const struct session *session, FILE *out)
{
    int error = each_router(resolver, out, show_object);

    for (size_t i = 0; !error && i < resolver->links.count; i++)
        json_print_line(link_object(resolver, &resolver->links.list[i]), out);
    for (size_t i = 0; !error && i < resolver->asked; i++)
        json_print_line(address_object(resolver, i), out);
    if (!error)
        json_print_line(figures_object(resolver, session), out);
    return error;
}

void alias_tell(struct resolver *resolver)
{
    const struct resolver_figures *figures = &resolver->figures;

    log_info("%zu address%s probed, %zu of them other ends of links; %zu answered", figures->asked,
             plural_form(figures->asked, "", "es"), figures->mates, figures->answered);
    if (resolver->config.methods & ALIAS_BY_IP_ID)
        log_info("IP IDs: counter %zu, zero %zu, constant %zu, copied %zu, random %zu, unknown %zu",
                 figures->kinds[ID_COUNTER], figures->kinds[ID_ZERO], figures->kinds[ID_CONSTANT],
                 figures->kinds[ID_COPIED], figures->kinds[ID_RANDOM], figures->kinds[ID_UNKNOWN]);
    if (figures->left_out)
        log_warning("pairs of counters not tested because there was no memory for them: %llu; a higher "
                    "--rate leaves fewer",
                    (unsigned long long)figures->left_out);
    if (figures->uncompared)
        log_warning("fast counters not compared with faster ones because that would take too long: %zu; a "
                    "higher --rate leaves fewer",
                    figures->uncompared);
    if (figures->undecided)
        log_warning("pairs of counters undecided after %u round%s: %zu; a higher --rate decides them",
                    figures->rounds, plural(figures->rounds), figures->undecided);
}
