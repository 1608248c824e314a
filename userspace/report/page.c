// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/page.h"

#include "base/version.h"
#include "report/diamonds_table.h"
#include "report/facts.h"
#include "report/flow.h"
#include "report/hops_table.h"
#include "report/map_svg.h"
#include "report/markup.h"
#include "report/page_style.h"
#include "report/plot_svg.h"
#include "report/plot_table.h"

enum {
    TABLE_ROWS = 100, /* of the numbers behind a plot; --data writes all */
    ID_SIZE = 32,
};

static void put_head(const struct numbers_list *list, FILE *out)
{
    fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta "
          "charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; "
          "img-src data:\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n<title>hopwire report: ",
          out);
    markup_text(list->all[0]->name, out);
    fputs(list->count > 1 ? " and others" : "", out);
    fputs("</title>\n<style>\n", out);
    page_style(out);
    plot_style(out);
    fputs("</style>\n</head>\n<body>\n<h1>hopwire report</h1>\n", out);
}

/* Begins the numbers behind a plot, which are collapsed at first. */
static void begin_numbers(FILE *out)
{
    fputs("<details><summary>Numbers</summary>\n", out);
}

static void end_numbers(FILE *out)
{
    fputs("</details>\n", out);
}

static void put_plot(const struct plot *plot, FILE *out)
{
    fprintf(out, "<figure>\n<h3>%s</h3>\n", plot->title);
    plot_svg(plot, plot->name, out);
    fputs("<figcaption>", out);
    markup_text_up_to(plot->description, SIZE_MAX - 1, out);
    fputs("</figcaption>\n", out);
    begin_numbers(out);
    plot_table_html(plot, TABLE_ROWS, out);
    end_numbers(out);
    fputs("</figure>\n", out);
}

static int put_figure(figure_maker *make, const struct numbers_list *list, FILE *out)
{
    struct plot plot;
    int error = make(list, &plot);

    if (!error && plot.count) {
        plot_fit(&plot);
        put_plot(&plot, out);
    }
    plot_close(&plot);
    return error;
}

static int put_figures(const struct numbers_list *list, FILE *out)
{
    int error = 0;

    fputs("<section id=\"found\" class=\"figures\">\n<h2>What was found</h2>\n", out);
    for (figure_maker *const *make = figures; *make && !error; make++)
        error = put_figure(*make, list, out);
    fputs("</section>\n", out);
    return error;
}

/* Writes the heading of a part that belongs to one survey. */
static void put_name(const struct numbers_list *list, size_t survey, FILE *out)
{
    if (list->count == 1)
        return;
    fputs("<h3>", out);
    markup_text(list->all[survey]->name, out);
    fputs("</h3>\n", out);
}

static void put_ledger(const struct numbers *numbers, size_t survey, FILE *out)
{
    char id[ID_SIZE];

    if (!numbers->has_metadata || !numbers->metadata.ended) {
        fputs("<p>What became of packets is not known: there is no metadata of an ended survey beside these "
              "results.</p>\n",
              out);
        return;
    }
    snprintf(id, sizeof(id), "ledger-%zu", survey);
    flow_svg(&numbers->metadata.ledger, id, out);
    begin_numbers(out);
    flow_table_html(&numbers->metadata.ledger, out);
    end_numbers(out);
}

static void put_ledgers(const struct numbers_list *list, FILE *out)
{
    fputs("<section id=\"packets\" class=\"figures\">\n<h2>Packets</h2>\n<p>Every packet ends in exactly one "
          "counter. At the left of a bar are the packets that go on to the next step, beside them those that "
          "do not; all bars of a survey have the same scale.</p>\n",
          out);
    for (size_t i = 0; i < list->count; i++) {
        fputs("<figure>\n", out);
        put_name(list, i, out);
        put_ledger(list->all[i], i, out);
        fputs("</figure>\n", out);
    }
    fputs("</section>\n", out);
}

static void put_hops(const struct numbers_list *list, struct owners owners, FILE *out)
{
    fputs("<section id=\"hops\">\n<h2>Hops</h2>\n", out);
    for (size_t i = 0; i < list->count; i++) {
        put_name(list, i, out);
        fputs("<div class=\"wide\">\n", out);
        hops_table_html(list->all[i], owners, out);
        hops_table_limited_html(list->all[i], out);
        fputs("</div>\n", out);
    }
    fputs("</section>\n", out);
}

/* Whether any survey has several flows. */
static bool has_flows(const struct numbers_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->all[i]->diamonds.prefixes)
            return true;
    return false;
}

static void put_diamonds(const struct numbers_list *list, struct owners owners, FILE *out)
{
    if (!has_flows(list))
        return;
    fputs("<section id=\"diamonds\">\n<h2>Diamonds</h2>\n<p>Where load balancers part the flows to a /24 or "
          "/48, and these meet again.</p>\n",
          out);
    for (size_t i = 0; i < list->count; i++) {
        put_name(list, i, out);
        fputs("<div class=\"wide\">\n", out);
        diamonds_table_html(list->all[i], owners, out);
        fputs("</div>\n", out);
    }
    fputs("</section>\n", out);
}

/* One pixel of the image is one on the screen, so that none is lost. With many maps, images are smaller, so
 * that all maps of a page take at most 1.5 MB, whatever they contain: half a byte per pixel, which becomes
 * two thirds of a byte as text. */
static unsigned map_order(size_t surveys)
{
    return surveys <= 4 ? 9 : 8;
}

static int put_map(const struct address_map *map, size_t surveys, const char *what, const char *id, FILE *out)
{
    fprintf(out, "<figure>\n<h3>/24s with %s</h3>\n", what);
    int error = map_svg(map, map_order(surveys), what, id, out);

    fputs("</figure>\n", out);
    return error;
}

static int put_maps_of(const struct numbers_list *list, size_t survey, FILE *out)
{
    const struct numbers *numbers = list->all[survey];
    char id[2][ID_SIZE];

    if (!address_map_count(&numbers->responders))
        return 0;
    snprintf(id[0], ID_SIZE, "targets-%zu", survey);
    snprintf(id[1], ID_SIZE, "responders-%zu", survey);
    put_name(list, survey, out);
    int error = put_map(&numbers->targets, list->count, "targets", id[0], out);

    return error ? error : put_map(&numbers->responders, list->count, "responders", id[1], out);
}

static bool has_ipv4(const struct numbers_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (address_map_count(&list->all[i]->responders))
            return true;
    return false;
}

static int put_maps(const struct numbers_list *list, FILE *out)
{
    int error = 0;

    if (!has_ipv4(list))
        return 0;
    fputs("<section id=\"space\" class=\"figures\">\n<h2>The IPv4 space</h2>\n<p>Each square is a /8, with "
          "its number. A pixel is darker if more of its /24s are there. Targets are the addresses whose "
          "probes got an answer from anywhere.</p>\n",
          out);
    for (size_t i = 0; i < list->count && !error; i++)
        error = put_maps_of(list, i, out);
    fputs("</section>\n", out);
    return error;
}

int page_write(const struct numbers_list *list, struct owners owners, FILE *out)
{
    put_head(list, out);
    fputs("<section>\n<div class=\"wide\">\n", out);
    facts_table_html(list, out);
    fputs("</div>\n</section>\n", out);
    put_ledgers(list, out);
    int error = put_figures(list, out);

    put_hops(list, owners, out);
    put_diamonds(list, owners, out);
    error = error ? error : put_maps(list, out);
    fputs("<footer>Written by hopwire ", out);
    markup_text(hopwire_version(), out);
    fputs("</footer>\n</body>\n</html>\n", out);
    return error;
}
