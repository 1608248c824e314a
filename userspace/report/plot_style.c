// SPDX-License-Identifier: GPL-2.0-or-later
/* The style sheet of plots (plot_svg.h). */
#include "report/plot_svg.h"

/* Colours that people with colour blindness can also distinguish (Okabe and Ito); on a dark background, the
 * lighter ones. */
static const char *const light[PLOT_COLOURS] = {"#0072b2", "#d55e00", "#009e73",
                                                "#cc79a7", "#56b4e9", "#e69f00"};
static const char *const dark[PLOT_COLOURS] = {"#56b4e9", "#ff8c42", "#2fd6a3",
                                               "#e8a0c8", "#9ad4f5", "#ffc14d"};

static const char *const dashes[PLOT_DASHES] = {"none", "6 4", "2 3", "10 3 2 3"};

/* Writes one set of colours; `paper` fills the marks. */
static void put_colours(const char *const colours[PLOT_COLOURS], const char *ink, const char *paper,
                        const char *grid, FILE *out)
{
    fprintf(out, "svg text{fill:%s}\n.axis{stroke:%s}\n.grid{stroke:%s}\ncircle{fill:%s}\n.back{fill:%s}\n",
            ink, ink, grid, paper, paper);
    for (unsigned i = 0; i < PLOT_COLOURS; i++)
        fprintf(out, ".s%u{stroke:%s}\n.f%u{fill:%s}\n", i, colours[i], i, colours[i]);
}

void plot_style(FILE *out)
{
    fputs("svg{font-family:sans-serif;font-size:12px}\n.end{text-anchor:end}\n.middle{text-anchor:middle}\n"
          "polyline{fill:none}\npolyline,circle,.d0,.d1,.d2,.d3{stroke-width:2}\n"
          ".heading{font-size:15px;font-weight:bold}\n",
          out);
    for (unsigned i = 0; i < PLOT_DASHES; i++)
        fprintf(out, ".d%u{stroke-dasharray:%s}\n", i, dashes[i]);
    put_colours(light, "#222222", "#ffffff", "#dddddd", out);
    fputs("@media screen and (prefers-color-scheme:dark){\n", out);
    put_colours(dark, "#dddddd", "#16181c", "#3a3d44", out);
    fputs("}\n", out);
}
