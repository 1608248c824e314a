// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/figures_told.h"

#include "base/number.h"
#include "survey/parts.h"

size_t figures_told_find(const struct survey *survey, struct strategy_figure out[STRATEGY_FIGURES])
{
    struct strategy_figure own[STRATEGY_FIGURES];
    size_t known = 0;

    for (unsigned i = 0; i < survey->sender_count; i++) {
        const struct strategy *strategy = survey->senders[i].sender.strategy;
        size_t count = strategy ? strategy_figures(strategy, own) : 0;

        for (size_t k = 0; k < count; k++) {
            own[k].count += k < known ? out[k].count : 0;
            out[k] = own[k];
        }
        known = count > known ? count : known;
    }
    return known;
}

json_t *figures_told_json(const struct survey *survey)
{
    struct strategy_figure figures[STRATEGY_FIGURES];
    size_t count = figures_told_find(survey, figures);
    json_t *object = count ? json_object() : NULL;

    for (size_t i = 0; object && i < count; i++)
        json_object_set_new(object, figures[i].name, json_integer((json_int_t)figures[i].count));
    return object;
}

void figures_told_print(const struct strategy_figure *figures, size_t count, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s %s %s", i ? "," : "  strategy     ", number_group(figures[i].count, number),
                figures[i].text);
    if (count)
        fputc('\n', out);
}
