// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/ledger.h"

#include <string.h>

#include "base/enum_table.h"
#include "base/number.h"
#include "base/typed_offset.h"

const char *const filter_rejection_names[] = {
    [FILTER_REJECT_TRUNCATED] = "truncated", [FILTER_REJECT_FOREIGN] = "foreign",
    [FILTER_REJECT_FORGED] = "forged",       [FILTER_REJECT_NO_SOCKET] = "no_socket",
    [FILTER_REJECT_EXCESS] = "excess",
};
ENUM_TABLE(filter_rejection_names, FILTER_REJECTIONS);

const char *const decode_rejection_names[] = {
    [DECODE_REJECT_NOT_A_REPLY] = "not_a_reply",
    [DECODE_REJECT_TRUNCATED] = "truncated",
    [DECODE_REJECT_FOREIGN] = "foreign",
    [DECODE_REJECT_FORGED] = "forged",
    [DECODE_REJECT_IP_CHECKSUM] = "ip_checksum",
    [DECODE_REJECT_ICMP_CHECKSUM] = "icmp_checksum",
    [DECODE_REJECT_OUT_OF_SURVEY] = "out_of_survey",
};
ENUM_TABLE(decode_rejection_names, DECODE_REJECTIONS);

/* A counter; or several, one per reason, whose value is the sum. */
struct term {
    const char *name; /* key of the JSON object */
    size_t offset;    /* in struct ledger */
    size_t count;
    const char *const *reasons; /* names of `count` reasons; NULL: a single value */
};

#define TERM(field)                                                                                          \
    {                                                                                                        \
#field, TYPED_OFFSET(struct ledger, field, uint64_t), 1, NULL                                        \
    }
#define TERM_BY_REASON(field, names)                                                                         \
    {                                                                                                        \
#field, TYPED_OFFSET(struct ledger, field, uint64_t[sizeof(names) / sizeof((names)[0])]),            \
            sizeof(names) / sizeof((names)[0]), names                                                        \
    }

enum {
    NAME_WIDTH = 10, /* of the longest total */
};

/* The equations of ledger.h: the first term of a line is the sum of the others. From left to right they name
 * every counter, in the order of the JSON object. */
static const struct equation {
    struct term terms[LEDGER_TERMS_MAX];
    bool silent; /* left out of summaries if there is nothing to count */
} equations[] = {
    {.terms = {TERM(generated), TERM(sent), TERM(blocked), TERM(no_way), TERM(tx_dropped)}},
    {.terms = {TERM(arrived), TERM(device_dropped), TERM(received)}},
    {.terms = {TERM(received), TERM(passed), TERM_BY_REASON(rejected_filter, filter_rejection_names),
               TERM(redirected)}},
    {.terms = {TERM(redirected), TERM(decoded), TERM(ring_full), TERM(fill_empty), TERM(rx_dropped),
               TERM(redirect_failed)}},
    {.terms = {TERM(decoded), TERM(accepted), TERM(excess),
               TERM_BY_REASON(rejected_decode, decode_rejection_names)}},
    {.terms = {TERM(accepted), TERM(written), TERM(writer_dropped)}},
    {.terms = {TERM(answers), TERM(answers_heard), TERM(answer_ring_full), TERM(answers_after_end)},
     .silent = true},
    {.terms = {TERM(to_capture), TERM(captured), TERM(capture_dropped), TERM(capture_past_limit)},
     .silent = true},
};

enum {
    EQUATIONS = sizeof(equations) / sizeof(equations[0]),
};

/* Returns NULL after the last. */
static const struct term *next_term(const struct equation *equation, const struct term *term)
{
    term++;
    return term < equation->terms + LEDGER_TERMS_MAX && term->name ? term : NULL;
}

static const uint64_t *term_counters(const struct ledger *ledger, const struct term *term)
{
    return (const uint64_t *)(const void *)((const char *)ledger + term->offset);
}

static uint64_t sum(const uint64_t *values, size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

static uint64_t term_value(const struct ledger *ledger, const struct term *term)
{
    return sum(term_counters(ledger, term), term->count);
}

size_t ledger_equation(const struct ledger *ledger, unsigned number,
                       struct ledger_term terms[LEDGER_TERMS_MAX])
{
    const struct equation *equation = &equations[number];
    size_t count = 0;

    if (number >= EQUATIONS)
        return 0;
    for (const struct term *term = equation->terms; term; term = next_term(equation, term))
        terms[count++] = (struct ledger_term){term->name, term_value(ledger, term)};
    return count;
}

uint64_t ledger_rejected_filter(const struct ledger *ledger)
{
    return sum(ledger->rejected_filter, FILTER_REJECTIONS);
}

uint64_t ledger_rejected_decode(const struct ledger *ledger)
{
    return sum(ledger->rejected_decode, DECODE_REJECTIONS);
}

/* Returns the total minus its parts, modulo 2^64: 0 if they agree. */
static uint64_t imbalance(const struct ledger *ledger, const struct equation *equation)
{
    uint64_t difference = 2 * term_value(ledger, &equation->terms[0]);

    for (const struct term *term = equation->terms; term; term = next_term(equation, term))
        difference -= term_value(ledger, term);
    return difference;
}

_Static_assert(sizeof(struct ledger) % sizeof(uint64_t) == 0, "a ledger is counters and nothing else");

void ledger_add(struct ledger *ledger, const struct ledger *other)
{
    uint64_t *to = (uint64_t *)ledger;
    const uint64_t *from = (const uint64_t *)other;

    for (size_t i = 0; i < sizeof(*ledger) / sizeof(*to); i++)
        to[i] += from[i];
}

bool ledger_balanced(const struct ledger *ledger)
{
    for (int i = 0; i < EQUATIONS; i++)
        if (imbalance(ledger, &equations[i]))
            return false;
    return true;
}

static json_t *term_json(const struct ledger *ledger, const struct term *term)
{
    const uint64_t *counters = term_counters(ledger, term);
    json_t *object;

    if (!term->reasons)
        return json_integer((json_int_t)*counters);
    object = json_object();
    for (size_t i = 0; object && i < term->count; i++) {
        if (json_object_set_new(object, term->reasons[i], json_integer((json_int_t)counters[i]))) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

static int set_terms(json_t *object, const struct ledger *ledger, const struct equation *equation)
{
    int error = 0;

    for (const struct term *term = equation->terms; term; term = next_term(equation, term))
        error |= json_object_set_new(object, term->name, term_json(ledger, term));
    return error;
}

json_t *ledger_json(const struct ledger *ledger)
{
    json_t *object = json_object();
    int error = 0;

    for (int i = 0; i < EQUATIONS; i++)
        error |= set_terms(object, ledger, &equations[i]);
    error |= json_object_set_new(object, "balanced", json_boolean(ledger_balanced(ledger)));
    if (error) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* A counter that a version does not have is missing in its files, and counts as 0. */
static bool read_counter(const json_t *value, uint64_t *counter)
{
    *counter = 0;
    if (!value)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *counter = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_term(const json_t *value, const struct term *term, struct ledger *ledger)
{
    uint64_t *counters = (uint64_t *)(void *)((char *)ledger + term->offset);

    if (!term->reasons)
        return read_counter(value, counters);
    if (value && !json_is_object(value))
        return false;
    for (size_t i = 0; i < term->count; i++)
        if (!read_counter(json_object_get(value, term->reasons[i]), &counters[i]))
            return false;
    return true;
}

/* Returns the name of the first term that cannot be read, or NULL. */
static const char *read_terms(const json_t *object, const struct equation *equation, struct ledger *ledger)
{
    for (const struct term *term = equation->terms; term; term = next_term(equation, term))
        if (!read_term(json_object_get(object, term->name), term, ledger))
            return term->name;
    return NULL;
}

const char *ledger_from_json(const json_t *object, struct ledger *ledger)
{
    const char *bad = json_is_object(object) ? NULL : equations[0].terms[0].name;

    for (int i = 0; i < EQUATIONS && !bad; i++)
        bad = read_terms(object, &equations[i], ledger);
    return bad;
}

/* Prints a name of the ledger for users: "tx_dropped" is "tx dropped". */
static void print_name(const char *name, FILE *out)
{
    for (; *name; name++)
        fputc(*name == '_' ? ' ' : *name, out);
}

static void print_reasons(const struct ledger *ledger, const struct term *term, FILE *out)
{
    const uint64_t *counters = term_counters(ledger, term);
    const char *separator = " (";
    char text[NUMBER_TEXT_SIZE];

    for (size_t i = 0; i < term->count; i++) {
        if (!counters[i])
            continue;
        fputs(separator, out);
        print_name(term->reasons[i], out);
        fprintf(out, " %s", number_group(counters[i], text));
        separator = ", ";
    }
    if (*separator == ',')
        fputc(')', out);
}

/* "  decoded               1,234 = accepted 1,230 + rejected decode 4 (forged 4)" */
static void print_equation(const struct ledger *ledger, const struct equation *equation, FILE *out)
{
    const struct term *total = &equation->terms[0];
    char text[NUMBER_TEXT_SIZE];

    fputs("  ", out);
    print_name(total->name, out);
    fprintf(out, "%*s %15s", NAME_WIDTH - (int)strlen(total->name), "",
            number_group(term_value(ledger, total), text));
    for (const struct term *term = next_term(equation, total); term; term = next_term(equation, term)) {
        fputs(term == total + 1 ? " = " : " + ", out);
        print_name(term->name, out);
        fprintf(out, " %s", number_group(term_value(ledger, term), text));
        if (term->reasons)
            print_reasons(ledger, term, out);
    }
    fputc('\n', out);
}

static bool has_something_to_tell(const struct ledger *ledger, const struct equation *equation)
{
    return !equation->silent || term_value(ledger, &equation->terms[0]) || imbalance(ledger, equation);
}

static void print_imbalance(const struct ledger *ledger, const struct equation *equation, FILE *out)
{
    uint64_t difference = imbalance(ledger, equation);
    bool more = difference <= INT64_MAX;
    char text[NUMBER_TEXT_SIZE];

    if (difference)
        fprintf(out, "  NOT BALANCED: %s is %s %s than the sum of its parts\n", equation->terms[0].name,
                number_group(more ? difference : 0 - difference, text), more ? "more" : "less");
}

void ledger_print(const struct ledger *ledger, FILE *out)
{
    for (int i = 0; i < EQUATIONS; i++) {
        if (has_something_to_tell(ledger, &equations[i]))
            print_equation(ledger, &equations[i], out);
        print_imbalance(ledger, &equations[i], out);
    }
}
